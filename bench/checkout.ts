import { lstat, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { gitAdapter } from "../src/adapters/git/gitAdapter.ts";
import type { Sha } from "../src/domain/ids.ts";
import type { Repository } from "../src/domain/repository.ts";
import type { Checkout, Git } from "../src/ports/git.ts";
import { serveGit } from "./gitOverHttp.ts";
import { commandOf, rounded } from "./harness.ts";
import type { Bench, Result } from "./harness.ts";
import { makeLargeRepository } from "./largeRepository.ts";
import { median } from "./quantile.ts";

const id = "checkout";
const rounds = 5;
const mostOfTheTime = 0.6;
const mostOfTheSize = 1 / 15;

const REPOSITORY: Repository = {
  id: 1,
  installationId: 1,
  owner: "acme",
  name: "large",
  isPrivate: false,
  defaultBranch: "main",
};

/**
 * A checkout for a phase, of a repository of 20,000 files and 2,000 commits whose mirror is there and up to date: a fetch that
 * finds nothing new, and a work tree made from nothing. Against a fresh clone over HTTP. The two take turns, and nothing is
 * deleted meanwhile, as that would slow down what is made next.
 */
export const checkout: Bench = { id, run: measure };

async function measure(): Promise<Result> {
  await using closing = new AsyncDisposableStack();
  const dir = await mkdtemp(join(tmpdir(), "autopack-bench-checkout-"));
  closing.defer(async () => rm(dir, { recursive: true, force: true }));
  await makeLargeRepository(join(dir, "remotes", "acme", "large.git"));
  const { url } = closing.use(await serveGit(join(dir, "remotes")));
  await adapter(dir, url).fetch(REPOSITORY);

  const ours: Ours[] = [];
  const clones: Clone[] = [];
  for (let round = 0; round < rounds; round += 1) {
    clones.push(await clone(`${url}/acme/large.git`, join(dir, `clone-${round}`)));
    ours.push(await checkOut(adapter(dir, url)));
  }
  return toResult(ours, clones);
}

function toResult(ours: readonly Ours[], clones: readonly Clone[]): Result {
  const value = median(ours.map(({ ms }) => ms));
  const baseline = median(clones.map(({ ms }) => ms));
  const ratio = value / baseline;
  const gitBytes = median(ours.map((one) => one.gitBytes));
  const cloneGitBytes = median(clones.map((one) => one.gitBytes));
  return {
    value: Math.round(value),
    unit: "ms",
    baseline: Math.round(baseline),
    ratio: rounded(ratio),
    bar: `ratio ≤ ${mostOfTheTime} of the time, ≤ 1/15 of the .git size`,
    ok: ratio <= mostOfTheTime && gitBytes / cloneGitBytes <= mostOfTheSize,
    command: commandOf(id),
    detail: {
      gitMb: rounded(gitBytes / 1e6),
      cloneGitMb: rounded(cloneGitBytes / 1e6),
      sizeRatio: `1/${rounded(cloneGitBytes / gitBytes)}`,
      withATreeUsedBeforeMs: Math.round(median(ours.map(({ againMs }) => againMs))),
      files: clones[0]?.files,
      commits: clones[0]?.commits,
      rounds,
    },
  };
}

/** A new one keeps no work trees of earlier ones, as in a worker that has just started. They share the mirror. */
function adapter(dir: string, url: string): Git {
  return gitAdapter({
    root: join(dir, "git"),
    remoteUrl: ({ owner, name }) => `${url}/${owner}/${name}.git`,
    token: async () => "a token that nobody asks for",
    author: { name: "Autopack", email: "autopack@example.com" },
  });
}

interface Ours {
  readonly ms: number;
  readonly gitBytes: number;
  /** The same once more, with the tree of the first one to go on from. */
  readonly againMs: number;
}

async function checkOut(git: Git): Promise<Ours> {
  // What an adapter does at its first call belongs to the worker's start.
  const tip = await git.tip(REPOSITORY, "main");
  if (tip === null) throw new Error("the mirror has no main");
  const first = await timed(async () => fetched(git, tip));
  const gitBytes = await sizeOf(join(first.result.path, ".git"));
  await first.result.dispose();
  const second = await timed(async () => fetched(git, tip));
  return { ms: first.ms, gitBytes, againMs: second.ms };
}

async function fetched(git: Git, commit: Sha): Promise<Checkout> {
  await git.fetch(REPOSITORY);
  return git.checkout(REPOSITORY, { commit });
}

interface Clone {
  readonly ms: number;
  readonly gitBytes: number;
  readonly files: number;
  readonly commits: number;
}

async function clone(url: string, path: string): Promise<Clone> {
  const env = { GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null" };
  const { ms } = await timed(async () => execa("git", ["clone", "--quiet", url, path], { env }));
  const files = await execa("git", ["-C", path, "ls-files"], { lines: true });
  const commits = await execa("git", ["-C", path, "rev-list", "--count", "HEAD"]);
  return {
    ms,
    gitBytes: await sizeOf(join(path, ".git")),
    files: files.stdout.length,
    commits: Number(commits.stdout),
  };
}

async function timed<T>(work: () => Promise<T>): Promise<{ readonly ms: number; readonly result: T }> {
  const startedAt = performance.now();
  const result = await work();
  return { ms: performance.now() - startedAt, result };
}

/** Bytes of all files below a folder. */
async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const sizes = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => (await lstat(join(entry.parentPath, entry.name))).size),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
