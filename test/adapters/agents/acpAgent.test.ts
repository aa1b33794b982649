import { existsSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { acpAgent } from "../../../src/adapters/agents/acpAgent.ts";
import { acpReader } from "../../../src/adapters/agents/acpReader.ts";
import { openSandbox } from "../../../src/adapters/sandbox/openSandbox.ts";
import type { CliBackend } from "../../../src/adapters/agents/cliBackend.ts";
import type { AgentEvent, AgentTask } from "../../../src/ports/agent.ts";
import type { Sandbox } from "../../../src/ports/sandbox.ts";
import { sandboxRoom } from "../sandbox/sandboxRoom.ts";
import type { SandboxRoom } from "../sandbox/sandboxRoom.ts";
import { agentTask, LIMITS, testGateway } from "./agentTask.ts";

/** An agent that asks whether it may edit, edits if so, and then does what `END` says. */
const AGENT = `
const { writeFileSync } = require("fs");
const send = (message) => process.stdout.write(JSON.stringify({ jsonrpc: "2.0", ...message }) + "\\n");
const update = (update) => send({ method: "session/update", params: { sessionId: "s", update } });
let promptId;
require("readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, method, params, result } = JSON.parse(line);
  if (method === "initialize") send({ id, result: { protocolVersion: 1, offered: params.clientCapabilities } });
  if (method === "session/new") send({ id, result: { sessionId: "s" } });
  if (method === "session/prompt") {
    promptId = id;
    console.log("not JSON-RPC");
    update({ sessionUpdate: "agent_message_chunk", content: { type: "text", text: "I " } });
    update({ sessionUpdate: "agent_message_chunk", content: { type: "text", text: "edit." } });
    update({ sessionUpdate: "tool_call", toolCallId: "1", title: "Edit", kind: "edit", rawInput: { path: "made" } });
    send({ id: 77, method: "session/request_permission", params: { sessionId: "s", toolCall: { toolCallId: "1", kind: "edit" },
      options: [{ optionId: "ever", kind: "allow_always" }, { optionId: "yes", kind: "allow_once" }, { optionId: "no", kind: "reject_once" }] } });
  }
  if (id === 77 && result) {
    const said = JSON.stringify(result);
    if (result.outcome.optionId === "yes") writeFileSync("made", "x");
    update({ sessionUpdate: "tool_call_update", toolCallId: "1", status: "completed", content: [{ type: "content", content: { type: "text", text: said } }] });
    update({ sessionUpdate: "usage_update", used: 1e9 });
    update({ sessionUpdate: "agent_message_chunk", content: { type: "text", text: '{"summary": "edited"}' } });
    if (process.env.END === "crash") process.exit(3);
    else send({ id: promptId, result: { stopReason: process.env.END } });
  }
});`;

let sandbox: Sandbox;
let room: SandboxRoom;
beforeAll(async () => void (sandbox = await openSandbox()));
beforeEach(async () => void (room = await sandboxRoom()));
afterEach(() => room.dispose());

/** Stands where an installed agent would; found in the repository, as is the library that it needs. */
const REPOSITORY = join(import.meta.dirname, "..", "..", "..");
const INSTALLED = { program: join(import.meta.dirname, "acpTestAgent.ts"), folder: REPOSITORY, version: "1.2.3" };

interface Start {
  readonly role?: AgentTask["role"];
  readonly command?: readonly string[];
  readonly model?: AgentTask["settings"]["model"];
}

async function run(end: string, { role = "builder", command = ["node", "-e", AGENT], model = null }: Start = {}) {
  const events: AgentEvent[] = [];
  const located: string[] = [];
  const settings = { backend: "acp" as const, command, model, env: { END: end }, limits: LIMITS };
  const task = agentTask(room, { role, settings, timeoutMs: 20_000 });
  const programs = {
    locate: async ({ backend }: CliBackend) => {
      located.push(backend);
      return INSTALLED;
    },
  };
  const outcome = await acpAgent({ sandbox, gateway: testGateway(), programs }).run(task, {
    onOutput: () => undefined,
    onEvent: (event) => events.push(event),
    signal: new AbortController().signal,
  });
  return { outcome, events, located };
}

test("a Builder may edit, once at a time; its last message is its result", async () => {
  const { outcome, events } = await run("end_turn");
  expect(outcome).toMatchObject({ kind: "finished", result: '{"summary": "edited"}' });
  expect(existsSync(join(room.checkout, "made"))).toBe(true);
  expect(events.filter(({ kind }) => kind !== "notice")).toMatchObject([
    { kind: "turn", number: 1 },
    { kind: "message", text: "I edit." },
    { kind: "tool_call", name: "edit", input: '{"path":"made"}' },
    { kind: "tool_result", output: expect.stringContaining('"optionId":"yes"') },
    { kind: "turn", number: 2 },
    { kind: "message", text: '{"summary": "edited"}' },
  ]);
});

test("who judges may not", async () => {
  const { events } = await run("end_turn", { role: "auditor" });
  expect(events).toContainEqual(
    expect.objectContaining({ kind: "tool_result", output: expect.stringContaining('"optionId":"no"') }),
  );
  expect(existsSync(join(room.checkout, "made"))).toBe(false);
});

test.each([
  ["max_turn_requests", "max_turn_requests"],
  ["crash", "exit code 3"],
])("an agent that ends by %s has failed", async (end, words) => {
  const { outcome } = await run(end);
  expect(outcome).toMatchObject({ kind: "failed", class: "agent", message: expect.stringContaining(words) });
});

test("a program that is not there has failed", async () => {
  const { outcome } = await run("end_turn", { command: ["no-such-agent"] });
  expect(outcome).toMatchObject({ kind: "failed", message: expect.stringContaining("no-such-agent") });
});

const MODEL = { provider: "gemini", model: "gemini-2.5-pro" };

test("the name of an installed agent stands for it; the protocol's own library understands the driver", async () => {
  const { outcome, events, located } = await run("", { command: ["gemini", "--acp"], model: MODEL });
  expect(located).toEqual(["gemini"]);
  expect(outcome).toMatchObject({ kind: "finished", facts: { version: "1.2.3" } });
  expect(existsSync(join(room.checkout, "made"))).toBe(true);
  expect(events.filter(({ kind }) => kind !== "notice")).toEqual([
    { kind: "turn", number: 1 },
    { kind: "message", text: "Asked: # Do it\nStarted in /sandbox/work with --acp\n" },
    { kind: "tool_call", id: "call-1", name: "edit", input: '{"title":"Make a file"}' },
    { kind: "tool_result", id: "call-1", output: "The answer was once.", isError: false },
    { kind: "turn", number: 2 },
    { kind: "message", text: "Done.\n" },
  ]);
});

test("an Auditor is not given leave to edit by it", async () => {
  const { events } = await run("", { role: "auditor", command: ["gemini", "--acp"], model: MODEL });
  expect(events).toContainEqual(expect.objectContaining({ output: "The answer was never." }));
  expect(events).toContainEqual({ kind: "notice", text: "Not allowed: Make a file" });
  expect(existsSync(join(room.checkout, "made"))).toBe(false);
});

test("an installed agent needs a model", async () => {
  const { outcome, located } = await run("", { command: ["opencode", "acp"] });
  expect(outcome).toMatchObject({ kind: "failed", class: "bad_request", message: expect.stringContaining("model") });
  expect(located).toEqual([]);
});

test("a call is told with its input, however late that comes", () => {
  const reader = acpReader();
  const tell = (news: object) =>
    reader.line(
      JSON.stringify({ acp: "update", update: { sessionUpdate: "tool_call_update", toolCallId: "1", ...news } }),
    );
  expect(tell({ sessionUpdate: "tool_call", title: "bash", kind: "execute", status: "pending", rawInput: {} })).toEqual(
    [],
  );
  expect(tell({ status: "in_progress", rawInput: { command: "ls" } })).toEqual([
    { kind: "turn", number: 1 },
    { kind: "tool_call", id: "1", name: "execute", input: '{"command":"ls"}' },
  ]);
  expect(tell({ status: "in_progress", content: [{ type: "content", content: { type: "text", text: "a" } }] })).toEqual(
    [],
  );
  expect(tell({ status: "failed", content: [{ type: "diff", path: "/a" }] })).toEqual([
    { kind: "tool_result", id: "1", output: "Changed /a", isError: true },
  ]);
});

test("no output makes the reader throw", () => {
  const shaped = fc
    .record({
      acp: fc.constantFrom("update", "permission", "end", "error", "start"),
      update: fc.jsonValue(),
      toolCall: fc.jsonValue(),
      text: fc.jsonValue(),
    })
    .map((value) => JSON.stringify(value));
  fc.assert(
    fc.property(fc.array(fc.oneof(shaped, fc.string())), (lines) => {
      const reader = acpReader();
      for (const line of lines) reader.line(line);
      reader.end();
    }),
  );
});
