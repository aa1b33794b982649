import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { z } from "zod";

const payload = z.looseObject({
  action: z.string().optional(),
  installation: z.looseObject({ id: z.number() }).optional(),
  repository: z.looseObject({ full_name: z.string() }).optional(),
  sender: z.looseObject({ login: z.string(), type: z.string() }).optional(),
});

export interface Received {
  /** `issues.labeled`, or `push` for events without an action. */
  readonly name: string;
  readonly headers: IncomingHttpHeaders;
  readonly raw: string;
  readonly payload: z.infer<typeof payload>;
}

/** A webhook endpoint that keeps what it gets and answers 202, or what it is told to. */
export interface Receiver extends AsyncDisposable {
  readonly url: string;
  readonly received: readonly Received[];
  names(): readonly string[];
  answerWith(status: number): void;
}

export async function openReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  let status = 202;
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const raw = Buffer.concat(chunks).toString("utf8");
      const parsed = payload.parse(JSON.parse(raw));
      const event = String(incoming.headers["x-github-event"]);
      const name = parsed.action === undefined ? event : `${event}.${parsed.action}`;
      received.push({ name, headers: incoming.headers, raw, payload: parsed });
      outgoing.writeHead(status).end("accepted");
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a TCP server's address is never a string
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/api/github/webhooks`,
    received,
    names: () => received.map(({ name }) => name),
    answerWith: (given) => void (status = given),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
