import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Asked {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readonly<Record<string, unknown>>;
}

type Respond = (response: ServerResponse, asked: Asked) => unknown;

/** A model provider that speaks HTTP and answers what it is told to, one after the other; the last one again and again. */
export interface Upstream {
  readonly url: string;
  readonly asked: readonly Asked[];
  answers(...responds: readonly Respond[]): void;
  close(): Promise<void>;
}

export async function startUpstream(): Promise<Upstream> {
  const asked: Asked[] = [];
  let queue: Respond[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = JSON.parse(Buffer.concat(chunks).toString() || "{}") as Asked["body"];
      const seen = { url: request.url ?? "", headers: request.headers, body };
      asked.push(seen);
      const respond = queue.length > 1 ? queue.shift() : queue[0];
      respond?.(response, seen);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    answers: (...responds) => {
      queue = [...responds];
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

export function json(body: object, status = 200, headers: Readonly<Record<string, string>> = {}): Respond {
  return (response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify(body));
  };
}

/** A stream of events in chunks of so many bytes, whatever that cuts in two. */
export function stream(events: readonly (object | string)[], bytes = 7): Respond {
  return (response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    const all = Buffer.from(sse(events));
    for (let at = 0; at < all.length; at += bytes) response.write(all.subarray(at, at + bytes));
    response.end();
  };
}

/** Some events, and then the connection is gone. */
export function brokenStream(events: readonly object[]): Respond {
  return (response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(sse(events), () => response.destroy());
  };
}

export function sse(events: readonly (object | string)[]): string {
  return events
    .map((event) => {
      if (typeof event === "string") return `data: ${event}\n\n`;
      const { type } = event as { readonly type?: string };
      return `${type === undefined ? "" : `event: ${type}\n`}data: ${JSON.stringify(event)}\n\n`;
    })
    .join("");
}
