import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { execa } from "execa";

/** Serves the repositories of a folder for reading, over HTTP by git's own backend, to whomever asks. */
export async function serveGit(folder: string): Promise<{ readonly url: string } & AsyncDisposable> {
  const { stdout } = await execa("git", ["--exec-path"]);
  const backend = join(stdout.trim(), "git-http-backend");
  const server = createServer((request, response) => {
    void answer({ backend, folder }, request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

async function answer(
  { backend, folder }: { readonly backend: string; readonly folder: string },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname, search } = new URL(request.url ?? "/", "http://localhost");
  const child = spawn(backend, {
    env: {
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: "1",
      PATH_INFO: pathname,
      QUERY_STRING: search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers["content-type"],
      HTTP_CONTENT_ENCODING: request.headers["content-encoding"],
      GIT_PROTOCOL: String(request.headers["git-protocol"] ?? ""),
    },
    stdio: ["pipe", "pipe", "inherit"],
  });
  pipeline(request, child.stdin).catch(() => undefined);
  await writeHead(child.stdout, response);
  await pipeline(child.stdout, response).catch(() => undefined);
}

/** Reads the CGI header, and puts back what came after it. */
async function writeHead(output: NodeJS.ReadableStream, response: ServerResponse): Promise<void> {
  let head = Buffer.alloc(0);
  while (!head.includes("\r\n\r\n")) {
    const chunk = output.read() as Buffer | null;
    if (chunk === null) await once(output, "readable");
    else head = Buffer.concat([head, chunk]);
  }
  const end = head.indexOf("\r\n\r\n");
  const headers = head
    .subarray(0, end)
    .toString()
    .split("\r\n")
    .map((line): [string, string] => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trim()]);
  const { Status: status = "200", ...rest } = Object.fromEntries(headers);
  response.writeHead(Number.parseInt(status, 10), rest);
  output.unshift(head.subarray(end + 4));
}
