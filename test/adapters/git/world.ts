import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { gitAdapter } from "../../../src/adapters/git/gitAdapter.ts";
import type { Sha } from "../../../src/domain/ids.ts";
import type { Repository } from "../../../src/domain/repository.ts";
import type { Checkout, Git } from "../../../src/ports/git.ts";
import { startGitServer } from "./gitServer.ts";
import type { GitServer } from "./gitServer.ts";

export const REPOSITORY: Repository = {
  id: 7,
  installationId: 1,
  owner: "acme",
  name: "widget",
  isPrivate: true,
  defaultBranch: "main",
};

export const TOKEN = "ghs_0123456789abcdefghijklmnopqrstuvwxyz";
export const AUTHOR = { name: "Autopack", email: "autopack@example.com" };
export const READ = { maxFileBytes: 1_000_000 };

/** A remote with one repository, a person's clone of it, and an adapter that talks to it over HTTP. */
export interface World extends AsyncDisposable {
  readonly folder: string;
  readonly server: GitServer;
  readonly git: Git;
  readonly root: string;
  readonly remote: string;
  readonly person: Person;
  /** Fetches, and checks `main` out. */
  checkout(): Promise<Checkout>;
}

export interface Person {
  readonly path: string;
  run(...args: readonly string[]): Promise<string>;
  /** Commits these files (null: deleted) and pushes `branch`. */
  push(branch: string, files: Readonly<Record<string, string | null>>): Promise<Sha>;
}

const START: Readonly<Record<string, string>> = {
  "README.md": "# Widget\n",
  "src/greet.ts": "export const greet = () => 'hello';\n",
  "src/deep/er/leaf.txt": "leaf\n",
  ".gitignore": "node_modules/\n*.log\n",
  "bin/run.sh": "#!/bin/sh\necho hi\n",
};

export async function makeWorld(files: Readonly<Record<string, string>> = START): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), "autopack-git-"));
  const remote = join(folder, "remotes", "acme", "widget.git");
  await execa("git", ["init", "--quiet", "--bare", "-b", "main", remote], { env: quiet });
  await execa("git", ["-C", remote, "config", "http.receivepack", "true"], { env: quiet });
  const person = await makePerson(join(folder, "person"), remote);
  await person.push("main", files);
  const server = await startGitServer(join(folder, "remotes"), TOKEN);
  const root = join(folder, "root");
  const git = adapterFor(root, server);
  return {
    folder,
    server,
    git,
    root,
    remote,
    person,
    async checkout() {
      await git.fetch(REPOSITORY);
      return git.checkout(REPOSITORY, { commit: await mainTip(git) });
    },
    async [Symbol.asyncDispose]() {
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export function adapterFor(root: string, server: GitServer): Git {
  return gitAdapter({
    root,
    remoteUrl: ({ owner, name }) => `${server.url}/${owner}/${name}.git`,
    token: () => Promise.resolve(server.token === TOKEN ? TOKEN : "ghs_wrongwrongwrongwrongwrongwrongwrong"),
    author: AUTHOR,
  });
}

export async function mainTip(git: Git): Promise<Sha> {
  const tip = await git.tip(REPOSITORY, "main");
  if (tip === null) throw new Error("main is missing");
  return tip;
}

/** Writes files as an agent would: with nobody in between. */
export async function edit(checkout: Checkout, files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(checkout.path, path)), { recursive: true });
    await writeFile(join(checkout.path, path), content);
  }
}

const quiet = {
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_AUTHOR_NAME: "Pat",
  GIT_AUTHOR_EMAIL: "pat@example.com",
  GIT_COMMITTER_NAME: "Pat",
  GIT_COMMITTER_EMAIL: "pat@example.com",
};

async function makePerson(path: string, remote: string): Promise<Person> {
  await execa("git", ["init", "--quiet", "-b", "main", path], { env: quiet });
  const run = async (...args: readonly string[]): Promise<string> =>
    (await execa("git", ["-C", path, ...args], { env: quiet })).stdout;
  await run("remote", "add", "origin", remote);
  return {
    path,
    run,
    async push(branch, files) {
      for (const [name, content] of Object.entries(files)) {
        await mkdir(dirname(join(path, name)), { recursive: true });
        if (content === null) await rm(join(path, name));
        else await writeFile(join(path, name), content, { mode: name.endsWith(".sh") ? 0o755 : 0o644 });
      }
      await run("add", "--all");
      await run("commit", "--quiet", "--allow-empty", "-m", `change ${Object.keys(files).join(", ")}`);
      await run("push", "--quiet", "--force", "origin", `HEAD:refs/heads/${branch}`);
      return (await run("rev-parse", "HEAD")) as Sha;
    },
  };
}
