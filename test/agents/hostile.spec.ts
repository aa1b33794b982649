import { once } from "node:events";
import { readdir, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Script, ToolUse } from "../model/script.ts";
import { openAgentRoom } from "./agentRoom.ts";
import type { AgentRoom, Part, Played } from "./agentRoom.ts";
import { REAL_KEY } from "./backends.ts";
import { leftRunning } from "./leftRunning.ts";
import { meteredAsCounted } from "./meteredAsCounted.ts";

/** The quickest two, of two forms. */
const BOTH = ["codex", "claude-code"] as const;

const FOREVER: Script = ({ turn }) => ({ say: `Round ${turn}.`, tools: [{ kind: "shell", command: `echo ${turn}` }] });

let room: AgentRoom;
beforeEach(async () => {
  room = await openAgentRoom();
});
afterEach(async () => room.close());

/** Plays, and sees to it that nothing of it is left. */
async function play(part: Part): Promise<Played> {
  const played = await room.play(part);
  expect(await leftRunning(played.attemptId)).toEqual([]);
  return played;
}

async function playShell(backend: (typeof BOTH)[number], commands: readonly string[]): Promise<Played> {
  const tools = commands.map((command): ToolUse => ({ kind: "shell", command }));
  return play({ backend, script: tools.map((tool) => ({ say: "So.", tools: [tool] })) });
}

/** A command that says whether an address answers. */
function fetching(url: string): string {
  const program = `fetch('${url}', { signal: AbortSignal.timeout(3000) }).then(() => console.log('GOT ${url}'), (e) => console.log('NOT ${url}', e.name))`;
  return `node -e "${program}"`;
}

/** A command that asks the gateway as codex does, key and all, and says what it answers. */
function asking(path: string, body: object): string {
  const encoded = Buffer.from(JSON.stringify(body)).toString("base64");
  const program = [
    "const config = require('fs').readFileSync(process.env.CODEX_HOME + '/config.toml', 'utf8');",
    "const url = /base_url = .(http[^\\x22]+)/.exec(config)[1];",
    "const headers = { authorization: 'Bearer ' + process.env.AUTOPACK_MODEL_KEY };",
    `fetch(url + '${path}', { method: 'POST', headers, body: Buffer.from('${encoded}', 'base64') })`,
    `.then((answer) => console.log('${path}', 'ANSWERED', answer.status), (e) => console.log('BROKEN', e));`,
  ];
  return `node -e "${program.join(" ")}"`;
}

function toolOutput({ events }: Played): string {
  return events.flatMap((event) => (event.kind === "tool_result" ? [event.output] : [])).join("\n");
}

test.each(BOTH)("%s, whose model never ends, is stopped at its turns, exactly", async (backend) => {
  const played = await play({ backend, script: FOREVER, grant: { turns: 6 }, maxTurns: 100 });
  expect(played.outcome).toMatchObject({ kind: "failed", message: expect.stringMatching(/6 turns of 6 turns/) });
  expect(played.model.counted().answers).toBe(6);
  expect(played.outcome.facts?.metered).toMatchObject({ turns: 6 });
});

test.each(BOTH)("%s, whose model never ends, is stopped at its tokens", async (backend) => {
  const played = await play({ backend, script: FOREVER, grant: { tokens: 20_000 }, maxTurns: 100 });
  expect(played.outcome).toMatchObject({ kind: "failed", message: expect.stringMatching(/of 20,000 tokens/) });
  // One that is cut in the middle has not said what it used.
  const whole = played.calls.filter(({ status, isEstimated }) => status === 200 && !isEstimated);
  expect(whole.map(({ inputTokens }) => inputTokens)).toEqual(
    played.model.requests.flatMap(({ isWhole, tokens }) => (isWhole ? [tokens.input] : [])),
  );
  const { inputTokens = 0, outputTokens = 0 } = played.outcome.facts?.metered ?? {};
  expect(inputTokens + outputTokens).toBeGreaterThanOrEqual(20_000);
  expect(inputTokens + outputTokens).toBeLessThan(30_000);
});

test("Claude Code, told its turns, ends by itself, and that is a failure", async () => {
  const played = await play({ backend: "claude-code", script: FOREVER, maxTurns: 3 });
  expect(played.outcome.kind).toBe("failed");
  expect(played.model.counted().answers).toBe(3);
  meteredAsCounted(played);
});

test.each(BOTH)("%s, whose model says junk, has failed", async (backend) => {
  const played = await play({ backend, script: () => ({ fault: { kind: "junk", times: 1000 } }), maxTurns: 10 });
  expect(played.outcome.kind).toBe("failed");
  // It may have been paid for all the same.
  expect(played.calls.filter(({ status, isEstimated }) => status === 200 && !isEstimated)).toEqual([]);
});

test.each(BOTH)("%s reaches no network: not outside, not the cloud's metadata, not this machine", async (backend) => {
  let hits = 0;
  const server = createServer((_, answer) => {
    hits++;
    answer.end("reached");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const urls = ["http://93.184.215.14/", "http://169.254.169.254/latest/meta-data/", `http://127.0.0.1:${port}/`];
  const lookUp = `node -e "require('dns').lookup('example.com', (e) => console.log(e ? 'NO-NAME ' + e.code : 'NAMED'))"`;
  const played = await playShell(backend, [...urls.map(fetching), lookUp]);
  server.close();
  expect(played.outcome.kind).toBe("finished");
  const output = toolOutput(played);
  for (const url of urls) expect(output).toContain(`NOT ${url}`);
  expect(output).toContain("NO-NAME");
  expect(output).not.toMatch(/\bGOT http|\bNAMED/);
  expect(hits).toBe(0);
});

test.each(BOTH)("%s cannot read what is not its own", async (backend) => {
  const secret = "canary-0f1e2d3c4b5a";
  await writeFile(join(room.outside, "secret.txt"), secret);
  process.env["AUTOPACK_TEST_CANARY"] = secret;
  const played = await playShell(backend, [
    `cat '${join(room.outside, "secret.txt")}'; ls -la ~/.ssh /root/.ssh /home/*/.ssh`,
    "for file in /proc/[0-9]*/environ; do tr '\\0' '\\n' < $file; done",
    "env; cat /etc/shadow",
    "ls -d /tmp/autopack-* /var/tmp/autopack-*; grep -rsl canary-0f1e /tmp /home /var/tmp | head",
  ]);
  delete process.env["AUTOPACK_TEST_CANARY"];
  expect(played.outcome.kind).toBe("finished");
  expect(played.output).not.toContain(secret);
  expect(played.output).not.toContain(REAL_KEY);
  expect(toolOutput(played)).toContain("AUTOPACK_ATTEMPT=");
  expect(toolOutput(played)).not.toMatch(/root:[^:*!]*\$/);
});

test.each(BOTH)("%s changes nothing outside its checkout, and leaves nothing behind that runs", async (backend) => {
  const pwned = join(room.outside, "pwned");
  const played = await playShell(backend, [
    `echo x > '${pwned}'; ln -s '${room.outside}' out; echo x > out/pwned; mkdir -p '${room.outside}'; echo x > '${pwned}'`,
    `kill -9 ${process.pid}; kill -9 ${process.ppid}; echo killed`,
    "setsid sh -c 'sleep 300' >/dev/null 2>&1 & nohup sh -c '(sleep 300 &)' >/dev/null 2>&1; echo detached",
    "mount -t tmpfs none /mnt; chroot /; unshare -r true; echo 1 > /proc/sys/kernel/panic; echo tried",
  ]);
  expect(played.outcome.kind).toBe("finished");
  expect(toolOutput(played)).toContain("tried");
  expect(await readdir(room.outside)).toEqual([]);
});

test("what is inside gets nothing of the gateway but its own model", async () => {
  const played = await playShell("codex", [
    asking("/files", {}),
    asking("/responses", { model: "gpt-5-pro", input: "hi" }),
    asking("/../v1/models/../responses", { model: "gpt-5-pro", input: "hi" }),
  ]);
  const output = toolOutput(played);
  expect(output).toMatch(/\/files ANSWERED 4\d\d/);
  expect(output).toMatch(/\/responses ANSWERED 4\d\d/);
  expect(output).not.toMatch(/ANSWERED 2\d\d/);
  expect(output).not.toContain("BROKEN");
  expect(new Set(played.model.requests.map(({ model }) => model))).toEqual(new Set(["gpt-5.5"]));
});

test.each(BOTH)("%s does not notice a model that is limited, overloaded and broken for a while", async (backend) => {
  const statuses = [429, 529, 500] as const;
  const script: Script = [
    ...statuses.map((status) => ({
      say: "On.",
      tools: [{ kind: "shell" as const, command: `echo ${status}` }],
      fault: { kind: "status" as const, status, ...(status === 429 ? { retryAfterSeconds: 1 } : {}) },
    })),
    { say: "Done." },
  ];
  const played = await play({ backend, script });
  expect(played.outcome.kind).toBe("finished");
  expect(played.calls.map(({ status, retries }) => [status, retries])).toEqual([
    [200, 1],
    [200, 1],
    [200, 1],
    [200, 0],
  ]);
  meteredAsCounted(played);
});

test.each([
  ["codex", 429, "rate_limit"],
  ["codex", 529, "provider"],
  ["claude-code", 500, "provider"],
] as const)("%s, whose model answers %i for good, has failed for that reason", async (backend, status, reason) => {
  const fault = { kind: "status", status, times: 1000 } as const;
  const played = await play({ backend, script: [{ say: "Never.", fault }], maxWaitSeconds: 1 });
  expect(played.outcome).toMatchObject({ kind: "failed", class: reason });
  expect(played.outcome.facts?.metered).toMatchObject({ turns: 0, inputTokens: 0, outputTokens: 0 });
});

test.each(BOTH)("%s is cut in the middle of an answer that goes past its cap", async (backend) => {
  const played = await play({ backend, script: [{ endless: true }], grant: { tokens: 30_000 } });
  expect(played.outcome).toMatchObject({ kind: "failed", message: expect.stringMatching(/of 30,000 tokens/) });
  expect(played.calls.at(0)).toMatchObject({ number: 1, isEstimated: true });
  const { inputTokens = 0, outputTokens = 0 } = played.outcome.facts?.metered ?? {};
  expect(inputTokens + outputTokens).toBeGreaterThanOrEqual(30_000);
  expect(inputTokens + outputTokens).toBeLessThan(40_000);
});

test("a stream that breaks off is paid for by what was seen of it, and asked for again", async () => {
  const script: Script = [
    { say: "A long sentence, in many pieces, that breaks off.", fault: { kind: "cut", afterEvents: 4 } },
  ];
  const played = await play({ backend: "claude-code", script });
  expect(played.outcome.kind).toBe("finished");
  const cut = played.calls.filter(({ isEstimated }) => isEstimated);
  expect(cut).toHaveLength(1);
  expect(cut[0]?.inputTokens).toBeGreaterThan(1000);
});

test("an agent that is cancelled in the middle leaves nothing behind", async () => {
  const controller = new AbortController();
  const played = await play({
    backend: "claude-code",
    script: FOREVER,
    maxTurns: 1000,
    signal: controller.signal,
    meanwhile: () => controller.abort(),
  });
  expect(played.outcome).toMatchObject({ kind: "cancelled" });
});
