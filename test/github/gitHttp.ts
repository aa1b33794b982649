import { execFile, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { hasRole, permit } from "./actor.ts";
import type { Actor, NamedActor } from "./actor.ts";
import { gitEnvironment } from "./git.ts";
import { Problem } from "./problem.ts";
import { protectionEnvironment } from "./protection.ts";
import { refDifferences, refsChanged } from "./refChanges.ts";
import { listRefs } from "./refs.ts";
import { fullName } from "./repository.ts";
import type { Repository } from "./repository.ts";
import { findRepository } from "./world.ts";
import type { World } from "./world.ts";

const route = /^\/([^/]+)\/([^/]+?)(?:\.git)?\/(info\/refs|git-upload-pack|git-receive-pack)$/;

export function isGitPath(pathname: string): boolean {
  return route.test(pathname);
}

export interface GitServer {
  handle(request: Request): Promise<Response>;
  /** The login behind the credentials of a git request, for the call log. */
  callerOf(request: Request): string;
  close(): void;
}

/** Git's smart HTTP protocol: the real `git http-backend`, behind GitHub's authentication. */
export function createGitServer(world: World): GitServer {
  const running = new Set<ChildProcess>();

  async function handle(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const [, owner, name, action = ""] = route.exec(url.pathname) ?? [];
    const writing = action === "git-receive-pack" || url.searchParams.get("service") === "git-receive-pack";
    const repository = findRepository(world, `${owner}/${name}`);
    const authorization = request.headers.get("authorization");
    if (repository === undefined)
      return authorization === null ? unauthenticated() : plain(404, "Repository not found.");
    try {
      const actor = authenticate(world, authorization);
      if (actor.kind === "nobody" && (writing || repository.private)) return unauthenticated();
      const named = permit(actor, repository, {
        app: ["contents"],
        level: writing ? "write" : "read",
        role: writing ? "write" : "read",
      });
      const call = { repository, actor: named, action, request };
      return action === "git-receive-pack" ? await receive(call) : await answer(call);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.status === 401) return unauthenticated("Invalid username or token.");
      if (error.status === 404) return plain(404, "Repository not found.");
      return plain(403, `Permission to ${fullName(repository)}.git denied. ${error.message}`);
    }
  }

  /** A push: nobody else moves refs meanwhile, and what it moved is known to the API before the client hears of it. */
  async function receive(call: Call): Promise<Response> {
    const { repository, actor } = call;
    return repository.exclusively(async () => {
      const before = await listRefs(repository.directory);
      const response = await answer(call);
      const body = await response.arrayBuffer();
      const changes = refDifferences(before, await listRefs(repository.directory));
      await refsChanged(world, { repository, login: actor.login, changes });
      return new Response(body, { status: response.status, headers: response.headers });
    });
  }

  async function answer({ repository, actor, action, request }: Call): Promise<Response> {
    const child = spawn(await httpBackend(), { env: cgiEnvironment({ repository, actor, action, request }) });
    running.add(child);
    child.on("close", () => running.delete(child));
    const input = request.body === null ? Readable.from([]) : Readable.fromWeb(request.body);
    // A backend that refuses early does not read the body to its end; its answer says why.
    pipeline(input, child.stdin).catch(() => undefined);
    child.stderr.resume();
    return cgiResponse(child.stdout);
  }

  return {
    handle,
    callerOf(request) {
      try {
        const actor = authenticate(world, request.headers.get("authorization"));
        return "login" in actor ? actor.login : actor.kind;
      } catch {
        return "nobody";
      }
    },
    close() {
      for (const child of running) child.kill("SIGKILL");
    },
  };
}

interface Call {
  readonly repository: Repository;
  readonly actor: NamedActor;
  readonly action: string;
  readonly request: Request;
}

function authenticate(world: World, authorization: string | null): Actor {
  if (authorization === null) return { kind: "nobody" };
  const encoded = /^basic (.+)$/i.exec(authorization)?.[1];
  if (encoded === undefined) throw new Problem(401, "Basic authentication is needed");
  const text = Buffer.from(encoded, "base64").toString("utf8");
  const actor = world.tokens.actorOf(text.slice(text.indexOf(":") + 1));
  if (actor.kind === "installation" && world.installation.suspendedAt !== undefined) {
    throw new Problem(403, "This installation has been suspended");
  }
  return actor;
}

function cgiEnvironment({ repository, actor, action, request }: Call): Record<string, string> {
  const url = new URL(request.url);
  const bypass = actor.kind === "user" && hasRole(repository, actor.login, "admin");
  const optional = {
    HTTP_CONTENT_ENCODING: "content-encoding",
    GIT_PROTOCOL: "git-protocol",
    CONTENT_LENGTH: "content-length",
  };
  const headers = Object.entries(optional)
    .map(([name, header]) => [name, request.headers.get(header)] as const)
    .filter((pair): pair is readonly [string, string] => pair[1] !== null);
  return {
    ...gitEnvironment,
    GIT_PROJECT_ROOT: path.dirname(repository.directory),
    GIT_HTTP_EXPORT_ALL: "1",
    PATH_INFO: `/${path.basename(repository.directory)}/${action}`,
    QUERY_STRING: url.search.slice(1),
    REQUEST_METHOD: request.method,
    CONTENT_TYPE: request.headers.get("content-type") ?? "",
    REMOTE_USER: actor.login,
    REMOTE_ADDR: "127.0.0.1",
    ...protectionEnvironment(bypass),
    ...Object.fromEntries(headers),
  };
}

let execPath: Promise<string> | undefined;

async function httpBackend(): Promise<string> {
  execPath ??= promisify(execFile)("git", ["--exec-path"]).then(({ stdout }) =>
    path.join(stdout.trim(), "git-http-backend"),
  );
  return execPath;
}

/** Reads the CGI header from the backend's output and streams the rest. */
async function cgiResponse(output: Readable): Promise<Response> {
  const chunks: Buffer[] = [];
  const iterator: AsyncIterator<Buffer> = output[Symbol.asyncIterator]();
  for (;;) {
    const next = await iterator.next();
    if (next.done === true) return plain(500, "git http-backend gave no answer");
    chunks.push(next.value);
    const head = Buffer.concat(chunks);
    const end = head.indexOf("\r\n\r\n");
    if (end !== -1) {
      const { status, headers } = parseHead(head.subarray(0, end).toString("utf8"));
      return new Response(streamOf(head.subarray(end + 4), iterator), { status, headers });
    }
  }
}

function parseHead(text: string): { readonly status: number; readonly headers: Headers } {
  const headers = new Headers();
  for (const line of text.split("\r\n")) {
    const colon = line.indexOf(":");
    headers.append(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  const status = Number.parseInt(headers.get("status") ?? "200", 10);
  headers.delete("status");
  return { status, headers };
}

function streamOf(first: Buffer, rest: AsyncIterator<Buffer>): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new Uint8Array(first)),
    async pull(controller) {
      const next = await rest.next();
      if (next.done === true) controller.close();
      else controller.enqueue(new Uint8Array(next.value));
    },
    cancel: async () => void (await rest.return?.()),
  });
}

function unauthenticated(message = "Authentication required."): Response {
  return plain(401, message, { "WWW-Authenticate": 'Basic realm="GitHub"' });
}

function plain(status: number, message: string, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(`${message}\n`, { status, headers: { "Content-Type": "text/plain", ...headers } });
}
