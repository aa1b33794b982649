import { once } from "node:events";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import type { Web } from "./createWeb.ts";

export interface WebServer {
  readonly port: number;
  /** Where this machine reaches it. */
  readonly url: string;
  /** Takes no new connections, answers what has come in, and cuts what is not done after `graceMs` (10 s). */
  close(graceMs?: number): Promise<void>;
}

/** Longer than the usual proxy keeps its side open (60 s), or it would write into a connection that we have just closed. */
const keepAliveMs = 75_000;
/** For a whole request: GitHub gives up after 10 s. */
const requestMs = 30_000;

/** Listens over HTTP; TLS is a reverse proxy's. Port 0 takes any free one. */
export async function serve(web: Web, { host, port }: { host: string; port: number }): Promise<WebServer> {
  const answer = getRequestListener(web.fetch, {
    // The whole process shares these globals, with GitHub's client and with fetch.
    overrideGlobalObjects: false,
  });
  const server = createServer(
    { keepAliveTimeout: keepAliveMs, headersTimeout: 15_000, requestTimeout: requestMs },
    (request, response) => void answer(request, response),
  );
  server.listen({ host, port });
  await listening(server, { host, port });
  const address = server.address() as AddressInfo;
  return {
    port: address.port,
    url: `http://${reachable(address)}:${address.port}`,
    close: async (graceMs = 10_000) => closeServer(server, graceMs),
  };
}

async function listening(server: Server, { host, port }: { host: string; port: number }): Promise<void> {
  try {
    await once(server, "listening");
  } catch (cause) {
    throw new Error(`Listening on ${host}:${port}: is something else using the port? Set PORT or HOST.`, { cause });
  }
}

function reachable({ address, family }: AddressInfo): string {
  if (address === "::" || address === "0.0.0.0") return "localhost";
  return family === "IPv6" ? `[${address}]` : address;
}

async function closeServer(server: Server, graceMs: number): Promise<void> {
  const closed = once(server, "close");
  server.close();
  // A connection turns idle only when its last answer has gone out, and Node closes only those that are idle by now.
  const sweep = setInterval(() => server.closeIdleConnections(), 50);
  const cut = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearInterval(sweep);
  clearTimeout(cut);
}
