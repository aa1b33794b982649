import type { CliBackend, CliLaunch, CliOrder } from "./cliBackend.ts";
import { codexReader } from "./codexReader.ts";

const PROVIDER = "autopack";
const KEY_VARIABLE = "AUTOPACK_MODEL_KEY";
/** The gateway has tried again already; these are for connections that break. */
const RETRIES = 2;
/** How long the gateway may wait for a rate limit within one call before codex thinks it dead. */
const IDLE_MS = 3_600_000;

/** OpenAI Codex, by `codex exec`. It cannot be told how many rounds it may take: the gateway counts them. */
export const codex: CliBackend = {
  backend: "codex",
  npm: { name: "@openai/codex", version: "0.169.0", bin: "codex" },
  api: "openai_responses",
  launch,
  read: codexReader,
};

function launch(order: CliOrder): CliLaunch {
  const { program, home, key, instructions } = order;
  return {
    // Its own sandbox cannot be set up inside ours, and then it exits 0 having done nothing.
    argv: [program, "exec", "--json", "--dangerously-bypass-approvals-and-sandbox", "--skip-git-repo-check", "-"],
    env: { CODEX_HOME: `${home}/.codex`, [KEY_VARIABLE]: key },
    files: { ".codex/config.toml": configuration(order) },
    stdin: instructions,
  };
}

function configuration({ model, gatewayUrl, checkout, mayWrite }: CliOrder): string {
  return [
    `model = ${quoted(model.model)}`,
    `model_provider = ${quoted(PROVIDER)}`,
    'approval_policy = "never"',
    'sandbox_mode = "danger-full-access"',
    "check_for_update_on_startup = false",
    // A login shell takes PATH from /etc/profile, where an image has one, and that one does not know where Node lies.
    "allow_login_shell = false",
    'web_search = "disabled"',
    // Whoever judges a change is not to be configured or instructed by it.
    ...(mayWrite ? [] : ["project_doc_max_bytes = 0"]),
    "",
    `[model_providers.${PROVIDER}]`,
    'name = "Autopack"',
    `base_url = ${quoted(`${gatewayUrl}/v1`)}`,
    `env_key = ${quoted(KEY_VARIABLE)}`,
    'wire_api = "responses"',
    `request_max_retries = ${RETRIES}`,
    `stream_max_retries = ${RETRIES}`,
    `stream_idle_timeout_ms = ${IDLE_MS}`,
    "",
    `[projects.${quoted(checkout)}]`,
    `trust_level = ${quoted(mayWrite ? "trusted" : "untrusted")}`,
    "",
    "[analytics]",
    "enabled = false",
    "",
    "[history]",
    'persistence = "none"',
    "",
  ].join("\n");
}

/** A text of JSON is one of TOML. */
function quoted(text: string): string {
  return JSON.stringify(text);
}
