import type { NamedActor } from "./actor.ts";
import { mergePull } from "./merge.ts";
import type { MergeMethod } from "./merge.ts";
import { Problem } from "./problem.ts";
import { announcePull } from "./pullChange.ts";
import { gitFacts, judge } from "./pullFacts.ts";
import type { Pull } from "./pulls.ts";
import type { Repository } from "./repository.ts";
import { hasMergeQueue } from "./rulesets.ts";
import { now } from "./world.ts";
import type { World } from "./world.ts";

/** What somebody told GitHub to do with a pull request as soon as nothing stands in its way. */
export interface PendingMerge {
  readonly by: NamedActor;
  readonly at: string;
  readonly method: MergeMethod;
  readonly title: string | undefined;
}

interface Order {
  readonly repository: Repository;
  readonly pull: Pull;
  readonly actor: NamedActor;
  readonly expectedHead: string | undefined;
  readonly method: MergeMethod;
  readonly title: string | undefined;
}

/** @throws Problem 422 in GitHub's words: not allowed, a head that moved, or nothing to wait for */
export async function enableAutoMerge(world: World, order: Order): Promise<void> {
  const { repository, pull, actor, method, title } = order;
  assertOpen(order);
  if (!repository.merging.allowAutoMerge)
    throw new Problem(422, "Pull request Auto merge is not allowed for this repository");
  const { state } = judge(repository, pull, await gitFacts(repository, pull));
  const waits = hasMergeQueue(repository, pull.base.ref) || state === "blocked" || state === "behind";
  if (!waits) throw new Problem(422, `Pull request Pull request is in ${state} status`);
  pull.autoMerge = { by: actor, at: now(), method, title };
  await announcePull(world, { repository, pull, login: actor.login }, { action: "auto_merge_enabled" });
}

export async function disableAutoMerge(
  world: World,
  { repository, pull, actor }: Omit<Order, "expectedHead" | "method" | "title">,
) {
  if (pull.autoMerge === undefined) throw new Problem(422, "Can't disable auto-merge for this pull request.");
  pull.autoMerge = undefined;
  await announcePull(
    world,
    { repository, pull, login: actor.login },
    { action: "auto_merge_disabled", reason: "disabled" },
  );
}

export async function enqueue(world: World, order: Order): Promise<void> {
  const { repository, pull, actor } = order;
  assertOpen(order);
  if (!hasMergeQueue(repository, pull.base.ref)) throw new Problem(422, "Merge queue is not enabled for this branch");
  if (pull.queued !== undefined) throw new Problem(422, "Pull request is already in the queue");
  const { reason } = judge(repository, pull, await gitFacts(repository, pull));
  if (reason !== "") throw new Problem(422, reason);
  pull.queued = { by: actor, at: now(), method: "merge", title: undefined };
  await announcePull(world, { repository, pull, login: actor.login }, { action: "enqueued" });
}

export async function dequeue(
  world: World,
  { repository, pull, actor }: Omit<Order, "expectedHead" | "method" | "title">,
) {
  if (pull.queued === undefined) throw new Problem(422, "Pull request is not in the queue");
  pull.queued = undefined;
  await announcePull(world, { repository, pull, login: actor.login }, { action: "dequeued", reason: "MANUAL" });
}

function assertOpen({ pull, expectedHead }: Order): void {
  if (!pull.open) throw new Problem(422, "Pull request is closed");
  if (pull.draft) throw new Problem(422, "Pull request Pull request is in draft status");
  if (expectedHead !== undefined && expectedHead !== pull.head.sha)
    throw new Problem(422, "Head branch was modified. Review and try the merge again.");
}

/** GitHub's turn: merges what waits for nothing any more. Gives the numbers of what it merged. */
export async function mergeWaiting(world: World, repository: Repository): Promise<readonly number[]> {
  const merged: number[] = [];
  for (const pull of repository.pulls.values()) {
    const pending = pull.queued ?? pull.autoMerge;
    if (pending === undefined || !pull.open) continue;
    const { reason } = judge(repository, pull, await gitFacts(repository, pull));
    if (reason !== "") continue;
    const { by: actor, method, title } = pending;
    await mergePull(world, { repository, pull, actor, method, title, byQueue: true });
    [pull.queued, pull.autoMerge] = [undefined, undefined];
    merged.push(pull.number);
  }
  return merged;
}
