import { spawn } from "node:child_process";
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { execaSync } from "execa";

/** What the server does to the next request whose path ends so, once. */
export interface Fault {
  readonly on: string;
  /** Answers with this status instead of passing the request on. */
  readonly status?: number;
  /** Passes the request on, then hangs up without an answer. */
  readonly loseAnswer?: boolean;
  /** Done before the request is passed on. */
  readonly first?: () => void;
}

export interface GitServer {
  readonly url: string;
  readonly requests: readonly string[];
  token: string;
  /** A redirect as GitHub answers for a renamed repository: from one path to another. */
  readonly renames: Map<string, string>;
  faults: Fault[];
  close(): Promise<void>;
}

const backend = join(execaSync("git", ["--exec-path"]).stdout, "git-http-backend");

/** Git over HTTP with a token, as thin as it can be: the repositories of a folder, served by git's own CGI. */
export async function startGitServer(folder: string, token: string): Promise<GitServer> {
  const requests: string[] = [];
  const state = { token, renames: new Map<string, string>(), faults: [] as Fault[] };
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    answer({ request, response, folder, state });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(state, {
    url: `http://127.0.0.1:${port}`,
    requests,
    close: () => closed(server),
  });
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly folder: string;
  readonly state: { token: string; renames: Map<string, string>; faults: Fault[] };
}

function answer({ request, response, folder, state }: Exchange): void {
  const { pathname, search } = new URL(request.url ?? "/", "http://localhost");
  const expected = `Basic ${Buffer.from(`x-access-token:${state.token}`).toString("base64")}`;
  if (request.headers.authorization !== expected) {
    response.writeHead(401, { "www-authenticate": 'Basic realm="git"' }).end("Bad credentials");
    return;
  }
  const renamed = [...state.renames].find(([from]) => pathname.startsWith(`${from}/`));
  if (renamed !== undefined) {
    response.writeHead(301, { location: pathname.replace(renamed[0], renamed[1]) + search }).end();
    return;
  }
  const fault = state.faults.find(({ on }) => `${pathname}${search}`.endsWith(on));
  state.faults = state.faults.filter((other) => other !== fault);
  fault?.first?.();
  if (fault?.status !== undefined) {
    response.writeHead(fault.status).end("injected");
    return;
  }
  passOn({ request, response, folder, state }, fault?.loseAnswer ?? false);
}

function passOn({ request, response, folder }: Exchange, loseAnswer: boolean): void {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
  const child = spawn(backend, {
    env: {
      PATH: process.env["PATH"] ?? "",
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: "1",
      PATH_INFO: pathname,
      QUERY_STRING: searchParams.toString(),
      REQUEST_METHOD: request.method ?? "GET",
      CONTENT_TYPE: request.headers["content-type"] ?? "",
      HTTP_CONTENT_ENCODING: request.headers["content-encoding"] ?? "",
      HTTP_GIT_PROTOCOL: String(request.headers["git-protocol"] ?? ""),
      REMOTE_USER: "x-access-token",
      REMOTE_ADDR: "127.0.0.1",
    },
    stdio: ["pipe", "pipe", "inherit"],
  });
  request.pipe(child.stdin);
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.on("close", () => {
    if (loseAnswer) response.destroy();
    else sendCgi(Buffer.concat(chunks), response);
  });
}

function sendCgi(output: Buffer, response: ServerResponse): void {
  const end = output.indexOf("\r\n\r\n");
  for (const line of output.toString("latin1", 0, end).split("\r\n")) {
    const colon = line.indexOf(":");
    const [name, value] = [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    if (name === "status") response.statusCode = Number.parseInt(value, 10);
    else response.setHeader(name, value);
  }
  response.end(output.subarray(end + 4));
}

async function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => {
    server.close(resolve);
  });
}
