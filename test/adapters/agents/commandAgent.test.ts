import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { commandAgent } from "../../../src/adapters/agents/commandAgent.ts";
import { openSandbox } from "../../../src/adapters/sandbox/openSandbox.ts";
import type { AgentLimits, AgentSettings } from "../../../src/domain/settings.ts";
import type { AgentOutcome, AgentTask } from "../../../src/ports/agent.ts";
import type { Sandbox } from "../../../src/ports/sandbox.ts";
import { agentTask, LIMITS, testGateway } from "./agentTask.ts";
import type { TestGateway } from "./agentTask.ts";
import { SECRET, sandboxRoom } from "../sandbox/sandboxRoom.ts";
import type { SandboxRoom } from "../sandbox/sandboxRoom.ts";

interface Given {
  readonly role?: AgentTask["role"];
  readonly limits?: Partial<AgentLimits>;
  readonly timeoutMs?: number;
  readonly settings?: Partial<AgentSettings>;
  readonly signal?: AbortSignal;
  readonly onOutput?: (chunk: string) => void;
}

describe.each([
  { name: "in the sandbox", wish: "bubblewrap" },
  { name: "unsandboxed", wish: "none" },
] as const)("commandAgent $name", ({ wish }) => {
  let sandbox: Sandbox;
  let room: SandboxRoom;
  let gateway: TestGateway;

  beforeAll(async () => {
    sandbox = await openSandbox({ wish });
  });
  beforeEach(async () => {
    room = await sandboxRoom();
    gateway = testGateway();
  });
  afterEach(() => room.dispose());

  function run(command: string | readonly string[], given: Given = {}): Promise<AgentOutcome> {
    const task = agentTask(room, {
      role: given.role ?? "builder",
      settings: {
        command: typeof command === "string" ? ["sh", "-c", command] : command,
        env: { MODEL: "none" },
        limits: { ...LIMITS, ...given.limits },
        ...given.settings,
      },
      timeoutMs: given.timeoutMs ?? 20_000,
    });
    return commandAgent({ sandbox, gateway }).run(task, {
      onOutput: given.onOutput ?? (() => {}),
      signal: given.signal ?? new AbortController().signal,
    });
  }

  it("hands over instructions, context, role and attempt, and takes the result back", async () => {
    const script = `
      const { readFileSync, writeFileSync } = require("fs");
      const env = process.env;
      writeFileSync("made", "by the agent");
      writeFileSync(env.AUTOPACK_RESULT, JSON.stringify({
        stdin: readFileSync(0, "utf8"), file: readFileSync(env.AUTOPACK_INSTRUCTIONS, "utf8"),
        context: JSON.parse(readFileSync(env.AUTOPACK_CONTEXT, "utf8")), role: env.AUTOPACK_ROLE,
        attempt: env.AUTOPACK_ATTEMPT, model: env.MODEL, ci: env.CI,
        mirror: readFileSync(${JSON.stringify(join(room.mirror, "HEAD"))}, "utf8"),
      }));
      console.log("working");`;
    let live = "";
    const outcome = await run(["node", "-e", script], { onOutput: (chunk) => (live += chunk) });

    expect(outcome).toMatchObject({ kind: "finished" });
    expect(JSON.parse(outcome.kind === "finished" ? (outcome.result ?? "") : "")).toEqual({
      stdin: "# Do it\n",
      file: "# Do it\n",
      context: { issue: 42 },
      role: "builder",
      attempt: "42-k3f9x2ab.1.3",
      model: "none",
      ci: "true",
      mirror: "ref: refs/heads/main\n",
    });
    expect(readFileSync(join(room.checkout, "made"), "utf8")).toBe("by the agent");
    expect(live).toBe("working\n");
  });

  it("reaches a model by the gateway where one is configured", async () => {
    const model = { provider: "openai", model: "gpt-5" };
    const failover = [{ provider: "azure", model: "gpt-5-eu" }];
    gateway.usage = { inputTokens: 7, outputTokens: 3, costUsd: 0.5, turns: 1 };
    const script = `
      const { AUTOPACK_MODEL_URL, AUTOPACK_MODEL_KEY, AUTOPACK_MODEL, AUTOPACK_RESULT } = process.env;
      const answer = await fetch(AUTOPACK_MODEL_URL + "/v1/models", { headers: { "x-api-key": AUTOPACK_MODEL_KEY } });
      const said = { model: AUTOPACK_MODEL, ...(await answer.json()) };
      (await import("node:fs")).writeFileSync(AUTOPACK_RESULT, JSON.stringify(said));`;
    const outcome = await run(["node", "--input-type=module", "-e", script], { settings: { model, failover } });

    expect(outcome).toEqual({
      kind: "finished",
      result: '{"model":"gpt-5","path":"/v1/models","key":"key-of-the-attempt"}',
      facts: { version: null, metered: gateway.usage, isEstimated: false, reported: null },
    });
    expect(gateway.orders).toMatchObject([{ attemptId: "42-k3f9x2ab.1.3", models: [model, ...failover] }]);
    expect(gateway.openNow).toBe(0);
    expect(existsSync(gateway.orders[0]?.folder ?? "/")).toBe(false);
  });

  it("has failed when it was refused at a cap, whatever it says", async () => {
    gateway.trouble = { kind: "over_budget", message: "The attempt's cap of 1000 tokens is reached." };
    const model = { provider: "openai", model: "gpt-5" };

    expect(await run("true", { settings: { model } })).toMatchObject({
      kind: "failed",
      class: "agent",
      message: "The attempt's cap of 1000 tokens is reached.",
    });
  });

  it("needs no result", async () => {
    expect(await run("true")).toEqual({ kind: "finished", result: null });
    expect(await run(': > "$AUTOPACK_RESULT"')).toEqual({ kind: "finished", result: null });
  });

  it("gives a result that is no JSON to its caller as it is", async () => {
    expect(await run('printf "{oops" > "$AUTOPACK_RESULT"')).toEqual({ kind: "finished", result: "{oops" });
  });

  it("fails with the last lines of output, as a terminal would show them", async () => {
    const script = `
      for i in $(seq 1 30); do echo "line $i"; done
      printf '10%%\\r100%%\\n'; printf '\\033[31mError: it broke\\033[0m\\n' >&2
      echo '{"partly":true}' > "$AUTOPACK_RESULT"; exit 3`;
    const outcome = await run(script);

    const lines = [...Array.from({ length: 18 }, (_, index) => `line ${index + 13}`), "100%", "Error: it broke"];
    expect(outcome).toEqual({
      kind: "failed",
      class: "agent",
      message: `The builder ended with exit code 3. Its last lines:\n${lines.join("\n")}`,
      result: '{"partly":true}\n',
    });
  });

  it.each(["exit 0", "exit 1"])("fails with what the agent says of its provider, also with %s", async (end) => {
    const error = { class: "rate_limit", message: "429", retry_after_seconds: 7 };
    const outcome = await run(`echo '${JSON.stringify({ error })}' > "$AUTOPACK_RESULT"; ${end}`);

    expect(outcome).toMatchObject({ kind: "failed", class: "rate_limit", message: "429", retryAfterSeconds: 7 });
  });

  it("believes no error that it cannot read", async () => {
    const report = `echo '{"error": {"class": "environment"}}' > "$AUTOPACK_RESULT"`;

    expect(await run(report)).toMatchObject({ kind: "failed", class: "junk_result" });
    expect(await run(`${report}; echo broke; exit 2`)).toMatchObject({
      kind: "failed",
      class: "agent",
      message: expect.stringContaining("broke") as string,
    });
  });

  it("fails when the program is missing or none is configured", async () => {
    expect(await run(["no-such-agent"])).toMatchObject({
      kind: "failed",
      class: "agent",
      message: expect.stringMatching(/exit code 127.*no-such-agent.*not found/s) as string,
    });
    expect(await run([])).toMatchObject({ kind: "failed", class: "agent" });
  });

  it("fails when a signal ends the program", async () => {
    expect(await run("kill -KILL $$")).toEqual({
      kind: "failed",
      class: "agent",
      message: expect.stringContaining("was killed by a signal") as string,
      result: null,
    });
  });

  it("tells time, output and cancellation apart", async () => {
    const cancel = new AbortController();
    const cancelled = run("echo up; sleep 600", { signal: cancel.signal, onOutput: () => cancel.abort() });

    expect(await cancelled).toEqual({ kind: "cancelled" });
    expect(await run("echo so far; sleep 600", { timeoutMs: 300 })).toEqual({
      kind: "timed_out",
      message: "The builder did not end within 0.3 s. Its last lines:\nso far",
    });
    expect(await run("yes", { limits: { outputBytes: 1 << 16 } })).toMatchObject({
      kind: "failed",
      class: "output_limit",
      message: expect.stringContaining("more than 0.1 MiB of output") as string,
    });
  });

  it("removes what it exchanged, whatever the agent did to it", async () => {
    const tmp = process.env["TMPDIR"];
    process.env["TMPDIR"] = room.folder;

    await run('d=$(dirname "$AUTOPACK_RESULT"); mkdir -p "$d/a/b"; touch "$d/a/b/c"; chmod 0 "$d/a/b" "$d/a"');
    const deep = `let i = 0; process.chdir(require("path").dirname(process.env.AUTOPACK_RESULT));
      for (; i < 60; i++) { require("fs").mkdirSync("d".repeat(200)); process.chdir("d".repeat(200)); }`;
    await run(["node", "-e", deep]);

    if (tmp === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = tmp;
    expect(readdirSync(room.folder).toSorted()).toEqual(["checkout", "exchange", "mirror.git"]);
  });

  describe("does not swallow a result that is", () => {
    it.each([
      ["too large", 'head -c 1048577 /dev/zero > "$AUTOPACK_RESULT"', "1048577 bytes"],
      ["a pipe", 'mkfifo "$AUTOPACK_RESULT"', "not a regular file"],
      ["a folder", 'mkdir "$AUTOPACK_RESULT"', "not a regular file"],
      ["a link", 'ln -s "$AUTOPACK_CONTEXT" "$AUTOPACK_RESULT"', "ELOOP"],
    ])("%s", async (_what, script, message) => {
      expect(await run(script)).toEqual({
        kind: "failed",
        class: "junk_result",
        message: expect.stringContaining(message) as string,
        result: null,
      });
    });

    it("a link to a secret of the host", async () => {
      const outcome = await run(`ln -s ${room.secret} "$AUTOPACK_RESULT"`);

      expect(outcome).toMatchObject({ class: "junk_result" });
      expect(JSON.stringify(outcome)).not.toContain(SECRET);
    });
  });
});

describe("commandAgent in the sandbox alone", () => {
  it.each(["auditor", "investigator"] as const)(
    "lets an %s read the checkout, and a builder write it",
    async (role) => {
      const room = await sandboxRoom();
      writeFileSync(join(room.checkout, "file"), "before\n");
      const agent = commandAgent({ sandbox: await openSandbox(), gateway: testGateway() });
      const task = taskIn(room, "cat file; echo x > file; test -w file || touch new");
      const audit = await agent.run({ ...task, role }, quiet());

      expect(audit).toMatchObject({ kind: "failed", class: "agent" });
      expect(audit.kind === "failed" ? audit.message : "").toMatch(/before.*Read-only file system/s);
      expect(readFileSync(join(room.checkout, "file"), "utf8")).toBe("before\n");
      expect(existsSync(join(room.checkout, "new"))).toBe(false);
      await room.dispose();
    },
  );

  it("calls a sandbox that cannot be set up the environment's failure", async () => {
    const room = await sandboxRoom();
    const task = taskIn(room, "true");
    const outcome = await commandAgent({ sandbox: await openSandbox(), gateway: testGateway() }).run(
      { ...task, checkout: { ...task.checkout, mirrorPath: join(room.folder, "gone.git") } },
      quiet(),
    );

    expect(outcome).toMatchObject({ kind: "failed", class: "environment", result: null });
    await room.dispose();
  });

  it("works in a real shared clone", async () => {
    const room = await sandboxRoom();
    const git = (...args: readonly string[]) => execFileSync("git", args, { cwd: room.folder, encoding: "utf8" });
    git("init", "--quiet", "--bare", "real.git");
    const tree = git("-C", "real.git", "hash-object", "-w", "-t", "tree", "/dev/null").trim();
    const who = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
    const commit = git("-C", "real.git", ...who, "commit-tree", tree, "-m", "first").trim();
    git("-C", "real.git", "update-ref", "refs/heads/main", commit);
    git("clone", "--quiet", "--shared", "--branch", "main", "real.git", "clone");
    const task = taskIn(room, "git log --format=%s && git status --porcelain");
    let output = "";
    const outcome = await commandAgent({ sandbox: await openSandbox(), gateway: testGateway() }).run(
      {
        ...task,
        checkout: { ...task.checkout, path: join(room.folder, "clone"), mirrorPath: join(room.folder, "real.git") },
      },
      { ...quiet(), onOutput: (chunk) => (output += chunk) },
    );

    expect({ outcome, output }).toEqual({ outcome: { kind: "finished", result: null }, output: "first\n" });
    await room.dispose();
  });
});

function taskIn(room: SandboxRoom, script: string): AgentTask {
  return agentTask(room, { role: "auditor", settings: { command: ["sh", "-c", script] } });
}

function quiet() {
  return { onOutput: () => {}, signal: new AbortController().signal };
}
