import { writeFileSync } from "node:fs";
import { Readable, Writable } from "node:stream";
import { agent, methods, ndJsonStream, PROTOCOL_VERSION } from "@agentclientprotocol/sdk";
import type {
  AgentContext,
  ContentBlock,
  PermissionOption,
  RequestPermissionRequest,
  SessionUpdate,
  ToolCall,
} from "@agentclientprotocol/sdk";

/** An agent made with the protocol's own library, which checks all that it is sent. It makes a file, if it may. */
const CALL: ToolCall = {
  toolCallId: "call-1",
  title: "Make a file",
  kind: "edit",
  status: "pending",
  locations: [{ path: `${process.cwd()}/made` }],
};
const OPTIONS: PermissionOption[] = [
  { optionId: "always", kind: "allow_always", name: "Always" },
  { optionId: "once", kind: "allow_once", name: "Once" },
  { optionId: "never", kind: "reject_once", name: "No" },
];

agent({ name: "test-agent" })
  .onRequest(methods.agent.initialize, () => ({
    protocolVersion: PROTOCOL_VERSION,
    agentInfo: { name: "test-agent", version: "1" },
  }))
  .onRequest(methods.agent.session.new, ({ params }) => ({ sessionId: `in ${params.cwd}` }))
  .onRequest(methods.agent.session.prompt, async ({ params, client }) => {
    await work(client, params);
    return { stopReason: "end_turn" };
  })
  .connect(ndJsonStream(Writable.toWeb(process.stdout), Readable.toWeb(process.stdin) as ReadableStream<Uint8Array>));

interface Prompt {
  readonly sessionId: string;
  readonly prompt: readonly ContentBlock[];
}

async function work(client: AgentContext, { sessionId, prompt }: Prompt): Promise<void> {
  const update = async (news: SessionUpdate) =>
    client.notify(methods.client.session.update, { sessionId, update: news });
  const say = async (text: string) =>
    update({ sessionUpdate: "agent_message_chunk", content: { type: "text", text: `${text}\n` } });

  for (const block of prompt) if (block.type === "text") await say(`Asked: ${block.text.trim()}`);
  await say(`Started ${sessionId} with ${process.argv.slice(2).join(" ")}`);
  await update({ sessionUpdate: "tool_call", ...CALL });
  const question: RequestPermissionRequest = { sessionId, toolCall: CALL, options: OPTIONS };
  const { outcome } = await client.request(methods.client.session.requestPermission, question);
  const optionId = outcome.outcome === "selected" ? outcome.optionId : "none";
  if (optionId === "once") writeFileSync("made", "x");
  const text = `The answer was ${optionId}.`;
  const content = [{ type: "content", content: { type: "text", text } } as const];
  await update({ sessionUpdate: "tool_call_update", toolCallId: CALL.toolCallId, status: "completed", content });
  await say("Done.");
}
