import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { getRequestListener } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { Call } from "./callLog.ts";
import { faultResponse } from "./faults.ts";
import type { Fault, FaultTable } from "./faults.ts";
import { isGitPath } from "./gitHttp.ts";
import type { GitServer } from "./gitHttp.ts";
import type { Site } from "./routes.ts";
import { openTraffic, readExchange } from "./traffic.ts";

/** Marks the pushes of the stand-in's own people: no fault hits them, no log counts them. */
export const personHeader = "X-Standin-Person";

export interface FrontParts {
  readonly site: Site;
  readonly git: GitServer;
  readonly faults: FaultTable;
  readonly record: (call: Call) => void;
}

/** A listening server that answers 503 until `mount` gives it what it serves: its port is part of what is served. */
export interface Front {
  readonly origin: string;
  mount(parts: FrontParts): void;
  close(): Promise<void>;
}

export async function openFront(): Promise<Front> {
  let parts: FrontParts | undefined;
  const listener = getRequestListener(
    (request, { incoming }) =>
      // The server below speaks HTTP/1 only.
      parts === undefined
        ? new Response("Starting", { status: 503 })
        : answer(parts, request, incoming as IncomingMessage),
    { overrideGlobalObjects: false },
  );
  const server = createServer((incoming, outgoing) => void listener(incoming, outgoing));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a TCP server's address is never a string
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    mount: (given) => void (parts = given),
    close: () => closeServer(server),
  };
}

async function closeServer(server: Server): Promise<void> {
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
}

const traffic = openTraffic();

async function answer(parts: FrontParts, request: Request, incoming: IncomingMessage): Promise<Response> {
  const { site, git, faults, record } = parts;
  if (request.headers.has(personHeader)) return git.handle(request);
  const url = new URL(request.url);
  const isGit = isGitPath(url.pathname);
  const path = isGit ? url.pathname : url.pathname.replace(/^\/api(\/v3)?(?=\/|$)/, "");
  const fault = faults.take(request.method, path);
  if (fault?.delayMs !== undefined) await delay(fault.delayMs);
  const seen = { actor: isGit ? git.callerOf(request) : "nobody" };
  const copy = traffic === null || isGit ? null : request.clone();
  const response =
    fault?.when === "before" ? undefined : await (isGit ? git.handle(request) : site.fetch(request, { seen }));
  if (copy !== null && response !== undefined)
    traffic?.(await readExchange(copy, response, { path, actor: seen.actor }));
  if (fault?.when === "after") await response?.arrayBuffer();
  const given = fault === undefined ? response : fail(fault, incoming);
  const status = given === undefined || given === RESPONSE_ALREADY_SENT ? 0 : given.status;
  record({
    kind: isGit ? "git" : path === "/graphql" ? "graphql" : "rest",
    method: request.method,
    path,
    query: url.search.slice(1),
    status,
    conditional: status === 304,
    actor: seen.actor,
    at: Date.now(),
  });
  return given ?? RESPONSE_ALREADY_SENT;
}

function fail(fault: Fault, incoming: IncomingMessage): Response {
  if (fault.status !== undefined) return faultResponse({ ...fault, status: fault.status });
  incoming.socket.destroy();
  return RESPONSE_ALREADY_SENT;
}
