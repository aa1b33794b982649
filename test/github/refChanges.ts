import { announce } from "./announce.ts";
import { announceCheckSuite, suiteFor } from "./checks.ts";
import { closeNamedIssues } from "./closingKeywords.ts";
import { isAncestor, zeroSha } from "./commits.ts";
import { announcePull, fetchHead, setMerged, setPullState } from "./pullChange.ts";
import type { Pull } from "./pulls.ts";
import { newCommits, pushPayload } from "./pushPayload.ts";
import { readRef } from "./refs.ts";
import type { Refs } from "./refs.ts";
import type { Repository } from "./repository.ts";
import type { World } from "./world.ts";

export interface RefChange {
  readonly ref: string;
  /** Forty zeros: did not exist, exists no more. */
  readonly before: string;
  readonly after: string;
}

export function refDifferences(before: Refs, after: Refs): readonly RefChange[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names]
    .map((ref) => ({ ref, before: before.get(ref) ?? zeroSha, after: after.get(ref) ?? zeroSha }))
    .filter((change) => change.before !== change.after);
}

export interface RefChanges {
  readonly repository: Repository;
  readonly login: string;
  readonly changes: readonly RefChange[];
}

/**
 * Everything that follows, on GitHub, from refs having moved, however they moved: `push`, `create` and `delete`
 * webhooks, check suites, pull requests whose head or base moved, issues closed by commit messages. Callers hold the
 * repository's lock.
 */
export async function refsChanged(world: World, { repository, login, changes }: RefChanges): Promise<void> {
  for (const change of changes) {
    await announcePush(world, { repository, login, change });
    const branch = branchOf(change.ref);
    if (branch !== undefined) await branchMoved(world, { repository, login, branch, change });
  }
}

interface OneChange {
  readonly repository: Repository;
  readonly login: string;
  readonly change: RefChange;
}

function branchOf(ref: string): string | undefined {
  return ref.startsWith("refs/heads/") ? ref.slice("refs/heads/".length) : undefined;
}

async function announcePush(world: World, { repository, login, change }: OneChange): Promise<void> {
  const branch = branchOf(change.ref);
  const kind = {
    ref: branch ?? change.ref.replace("refs/tags/", ""),
    ref_type: branch === undefined ? "tag" : "branch",
    pusher_type: "user",
  };
  if (change.before === zeroSha) {
    const body = { ...kind, master_branch: repository.defaultBranch, description: repository.description };
    announce(world, { event: "create", repository, sender: login, body });
  }
  const body = await pushPayload(world, { repository, login, change });
  announce(world, { event: "push", repository, sender: login, body });
  if (change.after === zeroSha) announce(world, { event: "delete", repository, sender: login, body: kind });
}

interface BranchMove extends OneChange {
  readonly branch: string;
}

async function branchMoved(world: World, move: BranchMove): Promise<void> {
  const { repository, login, branch, change } = move;
  if (change.after !== zeroSha && repository.installed) {
    const suite = suiteFor(world, repository, { sha: change.after, branch, foreignApp: undefined });
    announceCheckSuite(world, suite, { repository, sender: login, action: "requested" });
  }
  for (const home of world.repositories) {
    for (const pull of [...home.pulls.values()].filter(({ open }) => open)) {
      if (pull.head.repository === repository && pull.head.ref === branch)
        await headMoved(world, { ...move, home, pull });
      if (home === repository && pull.base.ref === branch) await baseMoved(world, { ...move, pull });
    }
  }
  if (branch === repository.defaultBranch && change.after !== zeroSha && change.before !== zeroSha) {
    const commits = await newCommits(repository, change);
    const text = commits.map(({ message }) => message).join("\n");
    await closeNamedIssues(world, repository, { login, text });
  }
}

interface HeadMove extends OneChange {
  readonly home: Repository;
  readonly pull: Pull;
}

async function headMoved(world: World, { home, pull, login, change }: HeadMove): Promise<void> {
  const event = { repository: home, pull, login };
  if (change.after === zeroSha) return setPullState(world, event, "closed");
  pull.head.sha = change.after;
  await fetchHead(home, pull);
  pull.base.sha = (await readRef(home.directory, `refs/heads/${pull.base.ref}`)) ?? pull.base.sha;
  await announcePull(world, event, { action: "synchronize", before: change.before, after: change.after });
}

async function baseMoved(
  world: World,
  { repository, pull, login, change }: OneChange & { readonly pull: Pull },
): Promise<void> {
  const event = { repository, pull, login };
  if (change.after === zeroSha) return setPullState(world, event, "closed");
  const wasThere = change.before !== zeroSha && (await isAncestor(repository.directory, pull.head.sha, change.before));
  if (!pull.open || wasThere || !(await isAncestor(repository.directory, pull.head.sha, change.after))) return;
  // Merged by hand and pushed: GitHub notices, and calls the pull request merged.
  await setMerged(world, event, { sha: change.after, baseBefore: change.before });
}
