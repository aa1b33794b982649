import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { cliAgent } from "../../../src/adapters/agents/cliAgent.ts";
import type { CliBackend, CliEnd, CliOrder } from "../../../src/adapters/agents/cliBackend.ts";
import { openSandbox } from "../../../src/adapters/sandbox/openSandbox.ts";
import { EnvironmentFailure } from "../../../src/domain/failure.ts";
import type { AgentEvent, AgentOutcome, AgentTask } from "../../../src/ports/agent.ts";
import type { Sandbox } from "../../../src/ports/sandbox.ts";
import { sandboxRoom } from "../sandbox/sandboxRoom.ts";
import type { SandboxRoom } from "../sandbox/sandboxRoom.ts";
import { agentTask, testGateway } from "./agentTask.ts";
import type { TestGateway } from "./agentTask.ts";

const MODEL = { provider: "anthropic", model: "claude-sonnet-4-5" };
const REPORTED = { inputTokens: 9, outputTokens: 1, costUsd: 0, turns: 1 };

/** A script that prints what the reader is to make of the end. */
function ends(end: Partial<CliEnd>): string {
  return `console.log(${JSON.stringify(JSON.stringify(end))});`;
}

const COMPLETE = ends({ isComplete: true, reported: REPORTED });

interface Given extends Partial<Omit<AgentTask, "settings">> {
  readonly settings?: Partial<AgentTask["settings"]>;
  readonly signal?: AbortSignal;
}

describe("cliAgent", () => {
  let sandbox: Sandbox;
  let room: SandboxRoom;
  let gateway: TestGateway;
  let events: AgentEvent[];
  let output: string;
  let order: CliOrder | null;

  beforeAll(async () => {
    sandbox = await openSandbox();
  });
  beforeEach(async () => {
    room = await sandboxRoom();
    gateway = testGateway();
    events = [];
    output = "";
    order = null;
  });
  afterEach(() => room.dispose());

  /** A coding agent that runs a script of Node, and whose output is its end's parts as JSON, or messages. */
  function scripted(script: string): CliBackend {
    let end: CliEnd = { lastMessage: null, reported: null, error: null, isComplete: false };
    return {
      backend: "codex",
      npm: { name: "scripted", version: "1.2.3", bin: "scripted" },
      api: "openai_chat",
      launch: (given) => {
        order = given;
        return {
          argv: ["node", given.program, given.gatewayUrl, given.key],
          env: { FROM_LAUNCH: "yes", MINE: "launch" },
          files: { ".agent/config.toml": "a = 1\n" },
          stdin: `${script}\n`,
        };
      },
      read: () => ({
        line: (text) => {
          if (!text.startsWith("{")) return [{ kind: "message", text }];
          end = { ...end, ...(JSON.parse(text) as Partial<CliEnd>) };
          return [];
        },
        end: () => end,
      }),
    };
  }

  async function run(script: string, { settings, signal, ...given }: Given = {}): Promise<AgentOutcome> {
    const folder = join(room.folder, "program");
    const program = join(folder, "main.mjs");
    await mkdir(folder);
    const start = `import { readFileSync } from "node:fs";
      const code = readFileSync(0, "utf8");
      await import("data:text/javascript," + encodeURIComponent(code));`;
    await writeFile(program, start);
    const programs = { locate: () => Promise.resolve({ program, folder, version: "1.2.3" }) };
    const task = agentTask(room, { ...given, settings: { backend: "codex", model: MODEL, ...settings } });
    return cliAgent({ sandbox, gateway, programs }, scripted(script)).run(task, {
      onOutput: (chunk) => (output += chunk),
      onEvent: (event) => events.push(event),
      signal: signal ?? new AbortController().signal,
    });
  }

  it("gives the program its configuration, its home and the gateway, and takes events and result back", async () => {
    gateway.usage = { inputTokens: 10, outputTokens: 2, costUsd: 0.1, turns: 1 };
    const script = `
      import { readFileSync, writeFileSync } from "node:fs";
      const { env } = process;
      const answer = await fetch(process.argv[2] + "/v1/messages", { headers: { "x-api-key": process.argv[3] } });
      const config = readFileSync(env.HOME + "/.agent/config.toml", "utf8");
      writeFileSync(env.HOME + "/.agent/session", "private");
      writeFileSync("made", "by the agent");
      const { FROM_LAUNCH, MINE, SET, AUTOPACK_ROLE, AUTOPACK_ATTEMPT } = env;
      const facts = { answer: await answer.json(), config, FROM_LAUNCH, MINE, SET, AUTOPACK_ROLE, AUTOPACK_ATTEMPT };
      writeFileSync(env.AUTOPACK_RESULT, JSON.stringify(facts));
      console.log("working");
      ${COMPLETE}`;
    const outcome = await run(script, { settings: { env: { SET: "by the configuration", MINE: "configuration" } } });

    expect(outcome).toMatchObject({
      kind: "finished",
      facts: { version: "1.2.3", metered: gateway.usage, reported: REPORTED },
    });
    expect(JSON.parse(outcome.kind === "finished" ? (outcome.result ?? "") : "")).toEqual({
      answer: { path: "/v1/messages", key: "key-of-the-attempt" },
      config: "a = 1\n",
      FROM_LAUNCH: "yes",
      MINE: "launch",
      SET: "by the configuration",
      AUTOPACK_ROLE: "builder",
      AUTOPACK_ATTEMPT: "42-k3f9x2ab.1.3",
    });
    expect(order).toMatchObject({ model: MODEL, maxTurns: 7, mayWrite: true, instructions: "# Do it\n" });
    expect(events).toEqual([{ kind: "message", text: "working" }]);
    expect(output.split("\n")[0]).toBe("working");
    expect(gateway.openNow).toBe(0);
    expect(existsSync(gateway.orders[0]?.folder ?? "/")).toBe(false);
  });

  it("tells when part of what was metered is an estimate", async () => {
    expect(await run(`await fetch(process.argv[2] + "/breaks-off");${COMPLETE}`)).toMatchObject({
      kind: "finished",
      facts: { isEstimated: true },
    });
  });

  it("lets only a Builder change the checkout", async () => {
    const script = `import { writeFileSync } from "node:fs";
      let said; try { writeFileSync("made", "x"); said = "written"; } catch (error) { said = error.code; }
      writeFileSync(process.env.AUTOPACK_RESULT, JSON.stringify({ said }));${COMPLETE}`;

    expect(await run(script, { role: "auditor" })).toMatchObject({ kind: "finished", result: '{"said":"EROFS"}' });
    expect(order?.mayWrite).toBe(false);
  });

  it("takes the result from the last message where there is no file", async () => {
    const lastMessage = 'So:\n```json\n{"verdict": "approve"}\n```';

    expect(await run(ends({ isComplete: true, lastMessage }), { role: "auditor" })).toMatchObject({
      kind: "finished",
      result: '{"verdict": "approve"}',
    });
  });

  it.each([
    ["exits 0 and did not say that it had finished", ends({ lastMessage: "Hm." }), "ended before its work was done"],
    ["exits 0 and said that it failed", ends({ isComplete: true, error: "401" }), "ended with an error"],
    ["says that it has finished and exits 3", `${COMPLETE} process.exit(3)`, "ended with exit code 3"],
    ["says nothing", "", "It wrote nothing."],
  ])("has failed when it %s", async (_what, script, message) => {
    expect(await run(script)).toMatchObject({
      kind: "failed",
      class: "agent",
      message: expect.stringContaining(message) as string,
    });
  });

  it.each([
    {
      trouble: { kind: "over_budget", message: "cap" },
      script: COMPLETE,
      expected: { class: "agent", message: "cap" },
    },
    {
      trouble: { kind: "rate_limit", message: "429", retryAfterSeconds: 30 },
      script: "process.exit(1)",
      expected: { class: "rate_limit", message: "429", retryAfterSeconds: 30 },
    },
    {
      trouble: { kind: "provider", message: "529" },
      script: ends({ error: "overloaded" }),
      expected: { class: "provider", message: "529" },
    },
    { trouble: { kind: "authentication", message: "401" }, script: "", expected: { class: "authentication" } },
  ] as const)(
    "knows from the gateway what the agent does not: $trouble.kind",
    async ({ trouble, script, expected }) => {
      gateway.trouble = trouble;

      expect(await run(script)).toMatchObject({ kind: "failed", ...expected });
    },
  );

  it("forgets trouble that has passed", async () => {
    gateway.trouble = { kind: "provider", message: "529" };

    expect(await run(COMPLETE)).toMatchObject({ kind: "finished" });
  });

  it("does not count what the gateway waited", async () => {
    gateway.waitedMs = 60_000;

    expect(
      await run(`await new Promise((done) => setTimeout(done, 700));${COMPLETE}`, { timeoutMs: 500 }),
    ).toMatchObject({ kind: "finished" });
  });

  it("tells that its time is up, with what was metered until then", async () => {
    expect(await run("await new Promise((done) => setTimeout(done, 60_000))", { timeoutMs: 400 })).toMatchObject({
      kind: "timed_out",
      facts: { metered: gateway.usage },
    });
    expect(gateway.openNow).toBe(0);
  });

  it("is stopped when cancelled", async () => {
    const cancel = new AbortController();
    cancel.abort();

    expect(await run("", { signal: cancel.signal })).toMatchObject({ kind: "cancelled" });
    expect(gateway.openNow).toBe(0);
  });

  it("needs a model, and the operator's part of it", async () => {
    expect(await run("", { settings: { model: null } })).toMatchObject({
      class: "bad_request",
      message: "No model is configured for the builder, and codex needs one: set `model`.",
    });
    const refusing = { open: () => Promise.reject(new EnvironmentFailure("ANTHROPIC_API_KEY is not set")) };
    const programs = { locate: () => Promise.resolve({ program: "/bin/true", folder: room.folder, version: "1" }) };
    const task = agentTask(room, { settings: { backend: "codex", model: MODEL } });
    const agent = cliAgent({ sandbox, gateway: refusing, programs }, scripted(""));

    expect(await agent.run(task, { onOutput: () => {}, signal: new AbortController().signal })).toMatchObject({
      class: "environment",
      message: "ANTHROPIC_API_KEY is not set",
    });
  });
});
