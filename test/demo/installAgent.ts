import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import type { CliBackend } from "../../src/adapters/agents/cliBackend.ts";
import { claudeCode } from "../../src/adapters/agents/claudeCode.ts";
import { codex } from "../../src/adapters/agents/codex.ts";
import { gemini } from "../../src/adapters/agents/gemini.ts";
import { installedAgents } from "../../src/adapters/agents/installedAgents.ts";
import { opencode } from "../../src/adapters/agents/opencode.ts";
import { agentsCache } from "../agents/agentsCache.ts";
import type { RealAgent } from "./demoAgents.ts";

const BACKENDS: Readonly<Record<RealAgent["backend"], CliBackend>> = {
  "claude-code": claudeCode,
  codex,
  gemini,
  opencode,
};

/** Installs it where agents are kept between runs, and lets Autopack find it there: the demo's own data folder goes at the end. */
export async function installAgent(
  { backend }: Pick<RealAgent, "backend">,
  dataDir: string,
): Promise<{ readonly version: string; readonly folder: string }> {
  const cache = agentsCache();
  const kept = join(cache, "agents");
  await mkdir(kept, { recursive: true });
  await symlink(kept, join(dataDir, "agents"));
  return installedAgents(cache).install(BACKENDS[backend]);
}
