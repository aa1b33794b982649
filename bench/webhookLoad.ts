import { createHmac, randomUUID } from "node:crypto";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { z } from "zod";

// Run as a process of its own, told by IPC what to do, so that it shares no event loop with what it measures. It speaks
// HTTP over bare sockets: on a small machine a heavier client would take the processor that the server needs.

const orderSchema = z.object({
  port: z.int(),
  path: z.string(),
  secret: z.string(),
  payload: z.string(),
  connections: z.int(),
  warmUpMs: z.int(),
  measureMs: z.int(),
});

/** What the load generator is told to do. */
export type LoadOrder = z.infer<typeof orderSchema>;

/** What it saw while it measured. */
export interface LoadReport {
  /** Answers a second. */
  readonly rate: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** How many answers of each status. */
  readonly statuses: Readonly<Record<string, number>>;
}

process.once("message", (message) => {
  void answer(orderSchema.parse(message));
});

async function answer(order: LoadOrder): Promise<void> {
  process.send?.(await load(order));
  process.disconnect();
}

async function load(order: LoadOrder): Promise<LoadReport> {
  const latencies: number[] = [];
  const statuses: Record<string, number> = {};
  const startAt = performance.now() + order.warmUpMs;
  const endAt = startAt + order.measureMs;

  function note(status: string, sentAt: number): boolean {
    const now = performance.now();
    if (now >= startAt && now < endAt) {
      latencies.push(now - sentAt);
      statuses[status] = (statuses[status] ?? 0) + 1;
    }
    return now < endAt;
  }

  await Promise.all(Array.from({ length: order.connections }, async () => keepSending(order, note)));
  latencies.sort((a, b) => a - b);
  return {
    rate: (latencies.length * 1000) / order.measureMs,
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
    maxMs: latencies.at(-1) ?? Number.NaN,
    statuses,
  };
}

/** One connection: a request, its answer, the next request. */
async function keepSending(order: LoadOrder, note: (status: string, sentAt: number) => boolean): Promise<void> {
  const body = Buffer.from(order.payload);
  const head = headOf(order, body);
  const socket = connect({ port: order.port, host: "127.0.0.1", noDelay: true });
  const closed = new Promise<void>((resolve, reject) => {
    socket.once("close", () => resolve()).once("error", reject);
  });
  let sentAt = 0;
  let received = "";

  function send(): void {
    sentAt = performance.now();
    write(socket, head.replace("GUID", randomUUID()), body);
  }
  socket.setEncoding("latin1");
  socket.on("data", (chunk: string) => {
    received += chunk;
    const end = endOfAnswer(received);
    if (end === undefined) return;
    const status = received.slice(9, 12);
    received = received.slice(end);
    if (note(status, sentAt)) send();
    else socket.end();
  });
  socket.once("connect", send);
  await closed;
}

function headOf(order: LoadOrder, body: Buffer): string {
  const signature = createHmac("sha256", order.secret).update(body).digest("hex");
  return [
    `POST ${order.path} HTTP/1.1`,
    `Host: 127.0.0.1:${order.port}`,
    "User-Agent: GitHub-Hookshot/044aadd",
    "Accept: */*",
    "Content-Type: application/json",
    `Content-Length: ${body.length}`,
    "X-GitHub-Event: issues",
    "X-GitHub-Delivery: GUID",
    "X-GitHub-Hook-ID: 292430182",
    "X-GitHub-Hook-Installation-Target-ID: 79929171",
    "X-GitHub-Hook-Installation-Target-Type: integration",
    `X-Hub-Signature-256: sha256=${signature}`,
    "\r\n",
  ].join("\r\n");
}

function write(socket: Socket, head: string, body: Buffer): void {
  socket.cork();
  socket.write(head, "latin1");
  socket.write(body);
  socket.uncork();
}

/** Where the first answer in `text` ends; undefined while some of it is missing. */
function endOfAnswer(text: string): number | undefined {
  const headEnd = text.indexOf("\r\n\r\n");
  if (headEnd === -1) return undefined;
  const [, length = "0"] = /\r\ncontent-length: *(\d+)/i.exec(text.slice(0, headEnd)) ?? [];
  const end = headEnd + 4 + Number(length);
  return text.length < end ? undefined : end;
}

function percentile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}
