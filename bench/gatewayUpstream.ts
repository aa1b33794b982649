import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

// A model provider for the bench: answers at once, whole or as a stream of that many events.

const usage = { input_tokens: 10_000, output_tokens: 1000 };
const whole = JSON.stringify({ type: "message", content: [{ type: "text", text: "x".repeat(2000) }], usage });

function event(type: string, data: object): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;
}

const start = event("message_start", { message: { usage } });
const delta = event("content_block_delta", {
  index: 0,
  delta: { type: "text_delta", text: "some words of an answer" },
});
const end = event("message_delta", { usage }) + event("message_stop", {});

async function answer(request: IncomingMessage, response: ServerResponse, chunks: number): Promise<void> {
  const parts: Buffer[] = [];
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
  const { stream } = JSON.parse(Buffer.concat(parts).toString()) as { readonly stream: boolean };
  if (!stream) {
    response.writeHead(200, { "content-type": "application/json" }).end(whole);
    return;
  }
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.write(start);
  for (let chunk = 0; chunk < chunks; chunk += 1) {
    if (!response.write(delta)) await once(response, "drain");
    // Each one a chunk of its own, as models write them.
    await new Promise(setImmediate);
  }
  response.end(end);
}

process.once("message", (order: { readonly chunks: number }) => {
  const server = createServer((request, response) => {
    void answer(request, response, order.chunks);
  });
  server.listen(0, "127.0.0.1", () => process.send?.({ port: (server.address() as AddressInfo).port }));
});
process.once("disconnect", () => process.exit());
