/**
 * Drives an agent that speaks the Agent Client Protocol (JSON-RPC 2.0, a message a line) from inside the sandbox, so that nothing
 * interactive crosses its border: what the agent says comes out as lines of JSON, `{"acp": …}`. It depends on nothing but Node.
 *
 * It offers the agent no files and no terminal of its own. Leave is given once at a time, and to change files only to a Builder;
 * whoever judges may write its result, in the exchange folder. The sandbox shows them the checkout read-only in any case.
 */
export const ACP_DRIVER = `
const { spawn } = require("node:child_process");
const { readFileSync } = require("node:fs");
const { createInterface } = require("node:readline");
const { dirname, resolve, sep } = require("node:path");
const [program, ...args] = process.argv.slice(1);
const mayWrite = process.env.AUTOPACK_ROLE === "builder";
const say = (message) => process.stdout.write(JSON.stringify(message) + "\\n");
const fail = (text) => { say({ acp: "error", text: String(text) }); process.exitCode = 1; agent.kill("SIGKILL"); end(); };
const end = () => process.stdout.write("", () => process.exit());
const agent = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
let isOver = false;
agent.on("error", (error) => fail(error.message));
agent.on("exit", (code) => { if (!isOver) fail("the agent ended with exit code " + code); });
agent.stdin.on("error", () => undefined);
const pending = new Map();
const send = (message) => agent.stdin.write(JSON.stringify({ jsonrpc: "2.0", ...message }) + "\\n");
const ask = (method, params) => new Promise((resolve, reject) => {
  const id = pending.size + 1;
  pending.set(id, { resolve, reject });
  send({ id, method, params });
});
const WRITES = ["edit", "delete", "move"];
const exchange = dirname(process.env.AUTOPACK_RESULT) + sep;
function mayDo({ kind, locations }) {
  if (mayWrite || !WRITES.includes(kind)) return true;
  return Boolean(locations?.length) && locations.every(({ path }) => resolve(String(path)).startsWith(exchange));
}
function permission(params) {
  const toolCall = params?.toolCall ?? {};
  const wish = mayDo(toolCall) ? "allow_once" : "reject_once";
  const option = params?.options?.find(({ kind }) => kind === wish);
  say({ acp: "permission", toolCall, answer: option ? wish : "cancelled" });
  return { outcome: option ? { outcome: "selected", optionId: option.optionId } : { outcome: "cancelled" } };
}
function take(message) {
  if (message.method === "session/request_permission") return send({ id: message.id, result: permission(message.params) });
  if (message.method === "session/update") return say({ acp: "update", update: message.params?.update });
  if (message.method !== undefined) {
    if (message.id !== undefined) send({ id: message.id, error: { code: -32601, message: "not offered" } });
    return;
  }
  const waiting = pending.get(message.id);
  if (message.error) waiting?.reject(new Error(message.error.message + " " + JSON.stringify(message.error.data ?? "")));
  else waiting?.resolve(message.result ?? {});
}
createInterface({ input: agent.stdout }).on("line", (line) => {
  let message;
  try { message = JSON.parse(line); } catch { process.stderr.write(line + "\\n"); return; }
  if (typeof message === "object" && message !== null) take(message);
});
async function run() {
  const clientCapabilities = { fs: { readTextFile: false, writeTextFile: false }, terminal: false };
  const { agentInfo } = await ask("initialize", { protocolVersion: 1, clientCapabilities, clientInfo: { name: "autopack", version: "1" } });
  say({ acp: "start", version: agentInfo?.version ?? null });
  const { sessionId } = await ask("session/new", { cwd: process.cwd(), mcpServers: [] });
  const text = readFileSync(process.env.AUTOPACK_INSTRUCTIONS, "utf8");
  const { stopReason } = await ask("session/prompt", { sessionId, prompt: [{ type: "text", text }] });
  isOver = true;
  say({ acp: "end", stopReason });
  agent.kill("SIGKILL");
  end();
}
run().catch((error) => { isOver = true; fail(error.message); });
`;
