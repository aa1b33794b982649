import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";
import { startScriptedModel } from "../model/startScriptedModel.ts";
import type { Turn } from "../model/script.ts";
import { agentsCache } from "./agentsCache.ts";
import { REAL_KEY } from "./backends.ts";

const DEMO = join(import.meta.dirname, "..", "demo", "demo.ts");
/** Some fourteen attempts, each with a program that takes seconds to start. */
const PATIENCE_MS = 600_000;

/** The project has scripted agents of its own: the model lets them do its work, mistakes included. */
const SCRIPT: readonly Turn[] = [
  { say: "I know how.", tools: [{ kind: "shell", command: "node tools/agents/$AUTOPACK_ROLE.mjs" }] },
  { say: "That is all." },
];

test(
  "the demo with a real agent gets to the merge, and says what was metered",
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "autopack-demo-test-"));
    const model = await startScriptedModel(SCRIPT, { key: REAL_KEY });
    const env = {
      PATH: process.env["PATH"] ?? "",
      HOME: "/nonexistent",
      TMPDIR: folder,
      AUTOPACK_AGENTS_CACHE: agentsCache(),
      ANTHROPIC_API_KEY: REAL_KEY,
      ANTHROPIC_BASE_URL: model.origin,
    };
    const args = [DEMO, "--json", "--agent", "claude-code"];
    const options = { env, extendEnv: false, reject: false, timeout: PATIENCE_MS } as const;
    try {
      const outcome = await execa(process.execPath, args, options);
      expect(outcome).toMatchObject({ exitCode: 0, stderr: expect.stringMatching(/never more than \$10\.00/) });
      const { input, output } = model.counted();
      expect(JSON.parse(outcome.stdout)).toMatchObject({
        state: "promoted",
        pull_request: { merged: true },
        spend: { agent: "claude-code", tokens: input + output, cost_usd: expect.any(Number) },
      });
      expect(`${outcome.stdout}${outcome.stderr}`).not.toContain(REAL_KEY);
      expect(await readdir(folder)).toEqual([]);
    } finally {
      await model.close();
      await rm(folder, { recursive: true, force: true });
    }
  },
  PATIENCE_MS,
);
