import { join } from "node:path";
import type { CliBackend, CliLaunch, CliOrder } from "./cliBackend.ts";
import { opencodeReader } from "./opencodeReader.ts";

/** The provider's name inside opencode. Its only one: none of the providers it knows itself is ever looked up. */
const PROVIDER = "autopack";

/** Where the programs of this backend look for their configuration, relative to the private home. */
const CONFIG = ".config/opencode/opencode.json";

/**
 * opencode, headless. It asks the gateway in the form of Chat Completions, by the `@ai-sdk/openai-compatible` that is built into
 * its binary: any other provider package would be fetched from npm.
 *
 * Its model list (models.dev), updates, sharing, language servers and web tools are off: there is no network to reach them by. What
 * the repository says in an `opencode.json` of its own is not read, as it could name another provider; its `AGENTS.md` is.
 */
export const opencode: CliBackend = {
  backend: "opencode",
  npm: { name: "opencode-ai", version: "1.18.33", bin: "opencode", file: binaryFile() },
  api: "openai_chat",
  launch,
  read: opencodeReader,
};

/** What the install script would link to. On x64 the binary that does without AVX2, which not every machine has. */
function binaryFile(): string {
  const platform = process.arch === "x64" ? "linux-x64-baseline" : `linux-${process.arch}`;
  return `../opencode-${platform}/bin/opencode`;
}

function launch(order: CliOrder): CliLaunch {
  const { program, home, model, key, instructions } = order;
  return {
    argv: [program, "run", "--format", "json", "--pure", "--title", "Autopack", "-m", `${PROVIDER}/${model.model}`],
    env: {
      AUTOPACK_MODEL_KEY: key,
      OPENCODE_CONFIG: join(home, CONFIG),
      OPENCODE_DISABLE_AUTOUPDATE: "1",
      OPENCODE_DISABLE_CLAUDE_CODE: "1",
      OPENCODE_DISABLE_DEFAULT_PLUGINS: "1",
      OPENCODE_DISABLE_EXTERNAL_SKILLS: "1",
      OPENCODE_DISABLE_LSP_DOWNLOAD: "1",
      OPENCODE_DISABLE_MODELS_FETCH: "1",
      OPENCODE_DISABLE_PROJECT_CONFIG: "1",
      OPENCODE_DISABLE_SHARE: "1",
      XDG_CACHE_HOME: join(home, ".cache"),
      XDG_CONFIG_HOME: join(home, ".config"),
      XDG_DATA_HOME: join(home, ".local/share"),
      XDG_STATE_HOME: join(home, ".local/state"),
    },
    files: { [CONFIG]: JSON.stringify(configuration(order), null, 2) },
    stdin: instructions,
  };
}

function configuration({ checkout, model, gatewayUrl, maxTurns, mayWrite }: CliOrder): object {
  const name = `${PROVIDER}/${model.model}`;
  const steps = Number.isFinite(maxTurns) ? { steps: Math.max(1, Math.floor(maxTurns)) } : {};
  return {
    provider: {
      [PROVIDER]: {
        npm: "@ai-sdk/openai-compatible",
        name: "Autopack",
        options: { baseURL: `${gatewayUrl}/v1`, apiKey: "{env:AUTOPACK_MODEL_KEY}" },
        models: { [model.model]: { name: model.model, tool_call: true } },
      },
    },
    enabled_providers: [PROVIDER],
    model: name,
    small_model: name,
    agent: { build: steps },
    permission: {
      "*": "allow",
      // The sandbox shows the checkout read-only as well. Results are written to the exchange folder, beside it.
      edit: mayWrite ? "allow" : { "*": "deny", "*exchange/*": "allow" },
      external_directory: "allow",
      doom_loop: "allow",
      question: "deny",
      webfetch: "deny",
      websearch: "deny",
    },
    // Whoever judges a change is not to be instructed by it.
    instructions: mayWrite ? [join(checkout, "AGENTS.md")] : [],
    autoupdate: false,
    share: "disabled",
    snapshot: false,
    lsp: false,
    formatter: false,
  };
}
