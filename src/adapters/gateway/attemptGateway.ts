import { randomBytes, timingSafeEqual } from "node:crypto";
import { chmod, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { join } from "node:path";
import { EnvironmentFailure } from "../../domain/failure.ts";
import type { GatewayOrder, OpenGateway } from "../../ports/gateway.ts";
import { answerCall } from "./answerCall.ts";
import type { AttemptAtGateway } from "./answerCall.ts";
import { errorBody, errorStatus } from "./formError.ts";
import type { GatewayError } from "./formError.ts";
import { modelList } from "./modelList.ts";
import { ALLOWED_PATHS, routeOf } from "./wireForm.ts";
import type { WireForm } from "./wireForm.ts";

/** Bytes of a unix socket's path; the kernel takes no more. */
const MAX_PATH_BYTES = 107;

/** Connections of one attempt at one time. */
const MAX_CONNECTIONS = 256;

/** Idle connections are the agent's to close: closing first would race with its next call. */
const KEEP_ALIVE_MS = 3_600_000;

/** Opens the socket of one attempt. */
export async function openAttempt(order: GatewayOrder, attempt: AttemptAtGateway): Promise<OpenGateway> {
  const socketPath = join(order.folder, "models.sock");
  if (Buffer.byteLength(socketPath) > MAX_PATH_BYTES) {
    throw new EnvironmentFailure(
      `opening the model gateway: the path of its socket is longer than ${MAX_PATH_BYTES} bytes (${socketPath}): set TMPDIR to a shorter folder`,
      { retry: "never" },
    );
  }
  const key = `autopack-${randomBytes(24).toString("base64url")}`;
  const server = createServer((request, response) => {
    void serve({ request, response, key, attempt });
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.maxConnections = MAX_CONNECTIONS;
  await listen(server, socketPath);
  await chmod(socketPath, 0o600);
  const abort = (): void => attempt.abortAll();
  order.signal.addEventListener("abort", abort, { once: true });
  if (order.signal.aborted) abort();
  let closing: Promise<void> | null = null;
  const close = async (): Promise<void> => {
    order.signal.removeEventListener("abort", abort);
    const closed = new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
    await attempt.finish();
    server.closeAllConnections();
    await closed;
    await rm(socketPath, { force: true });
  };
  return {
    socketPath,
    key,
    usage: () => attempt.books.used(),
    waitedMs: () => attempt.waitedMs(),
    trouble: () => attempt.trouble(),
    close: async () => (closing ??= close()),
  };
}

async function listen(server: Server, path: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly key: string;
  readonly attempt: AttemptAtGateway;
}

/** Never rejects: what goes wrong is the agent's answer. */
async function serve(exchange: Exchange): Promise<void> {
  const { request, response } = exchange;
  // Who hangs up in the middle is no error of ours.
  request.on("error", () => undefined);
  response.on("error", () => undefined);
  try {
    await route(exchange);
  } catch {
    const message = "The model gateway could not read or pass on this request.";
    if (response.headersSent || response.destroyed) response.destroy();
    else refuse(exchange, "openai_chat", { kind: "gateway", message });
  }
}

async function route(exchange: Exchange): Promise<void> {
  const { request, response, key, attempt } = exchange;
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://gateway");
  const found = routeOf(request.method ?? "", pathname, request.headers);
  if (!showsKey(request, searchParams, key)) {
    refuse(exchange, found.form, { kind: "key", message: "This is not the key that this attempt was given." });
    return;
  }
  switch (found.kind) {
    case "refused": {
      const message = `${request.method} ${pathname.slice(0, 200)} is not allowed. Allowed: ${ALLOWED_PATHS}.`;
      refuse(exchange, found.form, { kind: "path", message });
      return;
    }
    case "models":
      request.resume();
      response.writeHead(200, { "content-type": "application/json" });
      response.end(modelList(found.form, attempt.candidates));
      return;
    case "call":
      await answerCall({ request, response, route: found, query: searchParams }, attempt);
  }
}

function refuse({ request, response }: Exchange, form: WireForm, error: GatewayError): void {
  request.resume();
  response.writeHead(errorStatus(error), { "content-type": "application/json", "x-should-retry": "false" });
  response.end(errorBody(form, error));
}

/** Wherever a form's SDK puts it. */
function showsKey({ headers }: IncomingMessage, query: URLSearchParams, key: string): boolean {
  const bearer = /^Bearer\s+(.+)$/i.exec(headers.authorization ?? "")?.[1];
  const shown = [headers["x-api-key"], bearer, headers["x-goog-api-key"], query.get("key")];
  return shown.some((value) => typeof value === "string" && isSame(value, key));
}

function isSame(left: string, right: string): boolean {
  const bytes = Buffer.from(left);
  return bytes.length === Buffer.byteLength(right) && timingSafeEqual(bytes, Buffer.from(right));
}
