import { lookup } from "node:dns/promises";
import { once } from "node:events";
import { createServer, request as startRequest } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { connect } from "node:net";
import type { Socket } from "node:net";
import type { Duplex, Readable } from "node:stream";
import { EnvironmentFailure } from "../../domain/failure.ts";
import type { EgressConnection } from "../../ports/egress.ts";
import type { EgressRules } from "./egressRules.ts";

const MAX_CONNECTIONS = 64;
const HTTP_PORT = 80;
const CONNECT_MS = 15_000;
const IDLE_MS = 120_000;
/** Of one hop only, or meant for us: RFC 9110, 7.6.1. */
const HOP_HEADERS: ReadonlySet<string> = new Set(
  "connection proxy-connection proxy-authorization keep-alive te upgrade".split(" "),
);

interface ProxyOrder {
  /** Where the unix socket is made: a private folder's. */
  readonly socketPath: string;
  readonly rules: EgressRules;
  /** Both ways and all connections together; then everything is cut. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
  /** Told of every connection that was asked for. Host and port are the program's words. */
  readonly onConnection: (connection: EgressConnection) => void;
  /** Default: the system's resolver. */
  readonly resolve?: (host: string) => Promise<readonly string[]>;
}

interface EgressProxy {
  /** Bytes that went through, both ways. */
  bytes(): number;
  close(): Promise<void>;
}

/**
 * The one way to the network for steps that fetch packages: an HTTP proxy on a unix socket, for `CONNECT` and for plain
 * requests with an absolute address.
 *
 * Names are resolved here, once, and it is the resolved address that is judged and connected to: a name cannot be made to
 * mean something else in between. What is inside TLS is not looked at: an allowed host is trusted with whatever the program
 * can read.
 */
export async function openEgressProxy(order: ProxyOrder): Promise<EgressProxy> {
  const open = new Set<Readable>();
  let bytes = 0;
  const cut = () => open.forEach((socket) => socket.destroy());
  const count = (socket: Readable) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
    socket.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (isSpent()) cut();
    });
  };
  const isSpent = () => bytes > order.maxBytes;
  const far = async (host: string, port: number) =>
    reach({ host, port }, { order, isFull: open.size >= MAX_CONNECTIONS * 2, isSpent: isSpent() });
  const means = { far, count };
  const server = createServer((request, response) => {
    forward(request, response, means).catch(() => response.destroy());
  });
  server.on("connect", (request: IncomingMessage, near: Duplex, head: Buffer) => {
    tunnel({ request, near, head }, means).catch(() => near.destroy());
  });
  server.on("connection", (socket) => socket.setTimeout(IDLE_MS, () => socket.destroy()));
  server.on("clientError", (_, socket) => socket.destroy());
  const close = async () => closeAll(server, cut);
  order.signal.addEventListener("abort", () => cut(), { once: true });
  await listen(server, order.socketPath);
  return { bytes: () => bytes, close };
}

type Reached =
  | { readonly kind: "reached"; readonly socket: Socket }
  | { readonly kind: "refused"; readonly status: 403 | 502 | 503; readonly message: string };

interface Means {
  readonly far: (host: string, port: number) => Promise<Reached>;
  readonly count: (stream: Readable) => void;
}

async function reach(
  { host, port }: { readonly host: string; readonly port: number },
  { order, isFull, isSpent }: { readonly order: ProxyOrder; readonly isFull: boolean; readonly isSpent: boolean },
): Promise<Reached> {
  const refuse = (refusal: NonNullable<EgressConnection["refusal"]>, status: 403 | 502 | 503): Reached => {
    order.onConnection({ host, port, refusal });
    return { kind: "refused", status, message: `${host}:${port}: ${REFUSALS[refusal]}` };
  };
  if (isSpent) return refuse("spent", 403);
  if (isFull) return refuse("too_many", 503);
  if (!order.rules.allowsName(host, port)) return refuse("not_allowed", 403);
  const addresses = await (order.resolve ?? resolveName)(host).catch(() => []);
  if (addresses.length === 0) return refuse("unknown_name", 502);
  const allowed = addresses.filter((address) => order.rules.allowsAddress(address, host));
  if (allowed.length === 0) return refuse("private_address", 403);
  for (const address of allowed) {
    const socket = await connected(address, port);
    if (socket === null) continue;
    order.onConnection({ host, port, refusal: null });
    return { kind: "reached", socket };
  }
  return refuse("unreachable", 502);
}

const REFUSALS = {
  not_allowed: "this host and port are not on the egress list",
  private_address: "its address is private",
  unknown_name: "there is no such name",
  unreachable: "it does not answer",
  too_many: "too many connections at once",
  spent: "the limit of bytes is used up",
} as const;

async function resolveName(host: string): Promise<readonly string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address);
}

async function connected(address: string, port: number): Promise<Socket | null> {
  const socket = connect({ host: address, port });
  try {
    await once(socket, "connect", { signal: AbortSignal.timeout(CONNECT_MS) });
    socket.setTimeout(IDLE_MS, () => socket.destroy());
    return socket;
  } catch {
    socket.destroy();
    return null;
  }
}

interface Tunnel {
  readonly request: IncomingMessage;
  readonly near: Duplex;
  readonly head: Buffer;
}

async function tunnel({ request, near, head }: Tunnel, means: Means): Promise<void> {
  near.on("error", () => near.destroy());
  const { host, port } = hostAndPort(`http://${request.url ?? ""}`) ?? { host: "", port: 0 };
  const reached = await means.far(host, port);
  if (reached.kind === "refused") {
    near.end(
      `HTTP/1.1 ${reached.status} Refused\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n${reached.message}\n`,
    );
    return;
  }
  const { socket } = reached;
  means.count(near);
  means.count(socket);
  for (const [one, other] of [
    [near, socket],
    [socket, near],
  ] as const) {
    one.on("error", () => other.destroy());
    one.on("close", () => other.destroy());
  }
  near.write("HTTP/1.1 200 Connection established\r\n\r\n");
  if (head.length > 0) socket.write(head);
  near.pipe(socket);
  socket.pipe(near);
}

async function forward(request: IncomingMessage, response: ServerResponse, means: Means): Promise<void> {
  const target = hostAndPort(request.url ?? "");
  if (target === null || target.url.protocol !== "http:") {
    response.writeHead(400).end("this is a proxy: ask for an absolute http address, or CONNECT\n");
    return;
  }
  const reached = await means.far(target.host, target.port);
  if (reached.kind === "refused") {
    response.writeHead(reached.status, { "content-type": "text/plain" }).end(`${reached.message}\n`);
    return;
  }
  means.count(reached.socket);
  means.count(request);
  const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => !HOP_HEADERS.has(name)));
  const onward = startRequest({
    createConnection: () => reached.socket,
    method: request.method ?? "GET",
    path: `${target.url.pathname}${target.url.search}`,
    headers: { ...headers, host: target.url.host, connection: "close" },
  });
  onward.on("error", () => response.destroy());
  response.on("close", () => onward.destroy());
  onward.on("response", (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.on("close", () => answer.complete || response.destroy());
    answer.pipe(response);
  });
  request.pipe(onward);
}

function hostAndPort(address: string): { readonly host: string; readonly port: number; readonly url: URL } | null {
  try {
    const url = new URL(address);
    return { host: url.hostname.replace(/^\[(.*)\]$/, "$1"), port: Number(url.port || HTTP_PORT), url };
  } catch {
    return null;
  }
}

async function listen(server: Server, socketPath: string): Promise<void> {
  try {
    server.listen(socketPath);
    await once(server, "listening");
  } catch (cause) {
    throw new EnvironmentFailure("opening the egress proxy failed", { cause });
  }
}

async function closeAll(server: Server, cut: () => void): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  cut();
  await closed;
}
