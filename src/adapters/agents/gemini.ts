import { join } from "node:path";
import type { CliBackend, CliLaunch, CliOrder } from "./cliBackend.ts";
import { geminiReader } from "./geminiReader.ts";

/** The user's settings and rules, relative to the private home. */
const SETTINGS = ".gemini/settings.json";
const POLICY = ".gemini/autopack.toml";

/** Web tools have no network to reach anything by; the others need nobody's leave inside our sandbox. */
const RULES = `[[rule]]
toolName = "*"
decision = "allow"
priority = 900
allowRedirection = true

[[rule]]
toolName = ["google_web_search", "web_fetch"]
decision = "deny"
priority = 950
`;

/** It tries again by itself, up to ten times, what the gateway has tried again already. */
const MODEL_TRIES = 3;

/**
 * Gemini CLI, headless. It ignores SIGTERM, and its exit codes say little.
 *
 * A Builder's checkout counts as trusted: what the repository says in its `.gemini/settings.json` and `GEMINI.md` is read, and goes
 * over our settings, though not over our environment. For all others it is not: whoever judges a change is not to be configured
 * or instructed by it. Settings that a repository could not undo would have to belong to root, which nobody is inside.
 */
export const gemini: CliBackend = {
  backend: "gemini",
  npm: { name: "@google/gemini-cli", version: "0.61.0", bin: "gemini" },
  api: "gemini",
  launch,
  read: geminiReader,
};

function launch(order: CliOrder): CliLaunch {
  const { program, home, model, gatewayUrl, key, mayWrite, instructions } = order;
  return {
    argv: ["node", program, "--output-format", "stream-json", "--policy", join(home, POLICY)],
    env: {
      GEMINI_API_KEY: key,
      GOOGLE_GEMINI_BASE_URL: gatewayUrl,
      GEMINI_CLI_HOME: home,
      GEMINI_CLI_NO_RELAUNCH: "true",
      GEMINI_CLI_TRUST_WORKSPACE: String(mayWrite),
      GEMINI_MODEL: model.model,
      GEMINI_SANDBOX: "false",
      GEMINI_TELEMETRY_ENABLED: "false",
      // It warns of any other, on every start.
      TERM: "xterm-256color",
      COLORTERM: "truecolor",
    },
    files: { [SETTINGS]: JSON.stringify(settings(order), null, 2), [POLICY]: RULES },
    stdin: instructions,
  };
}

function settings({ exchange, maxTurns }: CliOrder): object {
  return {
    security: { auth: { selectedType: "gemini-api-key" }, folderTrust: { enabled: false } },
    general: { enableAutoUpdate: false, enableAutoUpdateNotification: false, maxAttempts: MODEL_TRIES },
    model: { maxSessionTurns: Number.isFinite(maxTurns) ? Math.max(1, Math.floor(maxTurns)) : -1 },
    tools: { sandbox: false },
    context: { fileName: ["AGENTS.md", "GEMINI.md"], includeDirectories: [exchange] },
    privacy: { usageStatisticsEnabled: false },
    telemetry: { enabled: false },
    admin: { mcp: { enabled: false }, extensions: { enabled: false } },
    hooksConfig: { enabled: false },
    ide: { enabled: false },
  };
}
