import { describe, expect, it } from "vitest";
import { claudeCode } from "../../../src/adapters/agents/claudeCode.ts";
import type { CliOrder } from "../../../src/adapters/agents/cliBackend.ts";
import { codex } from "../../../src/adapters/agents/codex.ts";

const ORDER: CliOrder = {
  program: "/data/agents/x/1/program",
  home: "/sandbox/exchange/home",
  exchange: "/sandbox/exchange",
  checkout: "/sandbox/work",
  model: { provider: "p", model: "the-model" },
  gatewayUrl: "http://127.0.0.1:8400",
  key: "key-of-the-attempt",
  maxTurns: 12,
  mayWrite: true,
  instructions: "# Do it\n",
};

describe("claude-code's launch", () => {
  it("sends every kind of request to the one model, with its own sandbox and its reports off", () => {
    const { argv, env, stdin } = claudeCode.launch(ORDER);

    expect(argv.join(" ")).toBe(
      "node /data/agents/x/1/program --print --output-format stream-json --verbose --dangerously-skip-permissions " +
        "--max-turns 12 --model the-model --strict-mcp-config " +
        "--disallowedTools=WebFetch,WebSearch,ScheduleWakeup,CronCreate,EnterWorktree",
    );
    expect(stdin).toBe("# Do it\n");
    expect(env).toMatchObject({ ANTHROPIC_BASE_URL: "http://127.0.0.1:8400", ANTHROPIC_API_KEY: "key-of-the-attempt" });
    expect(
      Object.entries(env)
        .filter(([name]) => name.includes("_MODEL"))
        .map(([, value]) => value),
    ).toEqual(Array.from({ length: 5 }, () => "the-model"));
  });

  it.each([
    [12.7, "--max-turns 12 "],
    [0, "--max-turns 1 "],
  ])("may take %d turns", (maxTurns, expected) => {
    expect(claudeCode.launch({ ...ORDER, maxTurns }).argv.join(" ")).toContain(expected);
  });

  it("is not told of a limit that there is not", () => {
    expect(claudeCode.launch({ ...ORDER, maxTurns: Infinity }).argv).not.toContain("--max-turns");
  });

  it("reads nothing of the change that it judges, and edits nothing", () => {
    const { argv } = claudeCode.launch({ ...ORDER, mayWrite: false });

    expect(argv.join(" ")).toContain("--setting-sources user");
    expect(argv.at(-1)).toContain("Edit,NotebookEdit");
  });
});

describe("codex's launch", () => {
  it("writes its configuration, with its own sandbox and its reports off", () => {
    const { argv, env, files } = codex.launch(ORDER);

    expect(argv.join(" ")).toBe(
      "/data/agents/x/1/program exec --json --dangerously-bypass-approvals-and-sandbox --skip-git-repo-check -",
    );
    expect(env).toEqual({ CODEX_HOME: "/sandbox/exchange/home/.codex", AUTOPACK_MODEL_KEY: "key-of-the-attempt" });
    expect(files[".codex/config.toml"]).toMatchInlineSnapshot(`
      "model = "the-model"
      model_provider = "autopack"
      approval_policy = "never"
      sandbox_mode = "danger-full-access"
      check_for_update_on_startup = false
      allow_login_shell = false
      web_search = "disabled"

      [model_providers.autopack]
      name = "Autopack"
      base_url = "http://127.0.0.1:8400/v1"
      env_key = "AUTOPACK_MODEL_KEY"
      wire_api = "responses"
      request_max_retries = 2
      stream_max_retries = 2
      stream_idle_timeout_ms = 3600000

      [projects."/sandbox/work"]
      trust_level = "trusted"

      [analytics]
      enabled = false

      [history]
      persistence = "none"
      "
    `);
  });

  it("reads nothing of the change that it judges", () => {
    const config = codex.launch({ ...ORDER, mayWrite: false }).files[".codex/config.toml"];

    expect(config).toContain("project_doc_max_bytes = 0\n");
    expect(config).toContain('trust_level = "untrusted"\n');
  });

  it("quotes what it writes", () => {
    const model = { provider: "p", model: 'm"\nsandbox_mode = "x' };

    expect(codex.launch({ ...ORDER, model }).files[".codex/config.toml"]).toContain(
      'model = "m\\"\\nsandbox_mode = \\"x"\n',
    );
  });
});
