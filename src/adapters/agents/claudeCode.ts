import { claudeCodeReader } from "./claudeCodeReader.ts";
import type { CliBackend, CliLaunch, CliOrder } from "./cliBackend.ts";

/** The gateway has tried again already; these are for connections that break. */
const RETRIES = "2";

/** Tools that need a network, which there is not; that go on after the end, which nothing does; that leave the checkout. */
const USELESS_TOOLS = ["WebFetch", "WebSearch", "ScheduleWakeup", "CronCreate", "EnterWorktree"];
/** Who may not change the checkout writes one file, the result: `Write` does that. */
const EDITING_TOOLS = ["Edit", "NotebookEdit"];

/** Claude Code, by its print mode. */
export const claudeCode: CliBackend = {
  backend: "claude-code",
  npm: {
    name: "@anthropic-ai/claude-code",
    version: "2.1.329",
    bin: "claude",
    // The program in `bin` is a stub until the install script has put the platform's binary in its place.
    file: "cli-wrapper.cjs",
  },
  api: "anthropic",
  launch,
  read: claudeCodeReader,
};

function launch(order: CliOrder): CliLaunch {
  const { program, model, maxTurns, mayWrite } = order;
  const denied = mayWrite ? USELESS_TOOLS : [...USELESS_TOOLS, ...EDITING_TOOLS];
  return {
    argv: [
      "node",
      program,
      "--print",
      "--output-format",
      "stream-json",
      "--verbose",
      // Our sandbox is around it, and nobody is there to answer.
      "--dangerously-skip-permissions",
      ...turnsOf(maxTurns),
      "--model",
      model.model,
      // Servers that the repository names could not be reached.
      "--strict-mcp-config",
      // Whoever judges a change is not to be configured or instructed by it.
      ...(mayWrite ? [] : ["--setting-sources", "user"]),
      `--disallowedTools=${denied.join(",")}`,
    ],
    env: environmentOf(order),
    files: {},
    stdin: order.instructions,
  };
}

function turnsOf(maxTurns: number): readonly string[] {
  return Number.isFinite(maxTurns) ? ["--max-turns", String(Math.max(1, Math.floor(maxTurns)))] : [];
}

function environmentOf({ home, gatewayUrl, key, model }: CliOrder): Readonly<Record<string, string>> {
  return {
    ANTHROPIC_BASE_URL: gatewayUrl,
    ANTHROPIC_API_KEY: key,
    // Side jobs and subagents would ask for other models, which the gateway does not let through.
    ANTHROPIC_DEFAULT_OPUS_MODEL: model.model,
    ANTHROPIC_DEFAULT_SONNET_MODEL: model.model,
    ANTHROPIC_DEFAULT_HAIKU_MODEL: model.model,
    ANTHROPIC_SMALL_FAST_MODEL: model.model,
    CLAUDE_CODE_SUBAGENT_MODEL: model.model,
    CLAUDE_CONFIG_DIR: `${home}/.claude`,
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
    CLAUDE_CODE_MAX_RETRIES: RETRIES,
    DISABLE_AUTOUPDATER: "1",
    DISABLE_ERROR_REPORTING: "1",
    DISABLE_TELEMETRY: "1",
    // Without it, a process of root refuses to skip permissions.
    IS_SANDBOX: "1",
  };
}
