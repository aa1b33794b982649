import { announce } from "./announce.ts";
import { git } from "./git.ts";
import { changeIssue } from "./issueChange.ts";
import { happenedToPull } from "./pullHistory.ts";
import { pullJson } from "./pullJson.ts";
import type { Pull } from "./pulls.ts";
import { writeOwnRef } from "./refs.ts";
import type { Repository } from "./repository.ts";
import { now } from "./world.ts";
import type { World } from "./world.ts";

export interface PullEvent {
  readonly repository: Repository;
  readonly pull: Pull;
  readonly login: string;
}

export async function announcePull(
  world: World,
  { repository, pull, login }: PullEvent,
  { action, ...extra }: { readonly action: string } & Readonly<Record<string, unknown>>,
): Promise<void> {
  const { base } = (extra["changes"] ?? {}) as { readonly base?: unknown };
  happenedToPull(pull, { id: world.nextId(), action, isRebased: base !== undefined, login, at: now() });
  const body = { number: pull.number, pull_request: await pullJson(world, repository, pull), ...extra };
  announce(world, { event: "pull_request", action, repository, sender: login, body });
}

/** Closes or reopens; `pull_request.closed` tells by `merged` which way it ended. */
export async function setPullState(world: World, event: PullEvent, state: "open" | "closed"): Promise<void> {
  const { repository, pull, login } = event;
  pull.open = state === "open";
  const request = { method: "PATCH", path: `/issues/${pull.number}`, body: { state } };
  await changeIssue(world, { repository, number: pull.number, login, request });
}

/** Records a merge that git has made, and closes the pull request as merged. `baseBefore` is what it was merged into. */
export async function setMerged(
  world: World,
  event: PullEvent,
  merge: { readonly sha: string; readonly baseBefore: string },
): Promise<void> {
  event.pull.base.sha = merge.baseBefore;
  event.pull.merged = { at: now(), by: event.login, sha: merge.sha };
  await setPullState(world, event, "closed");
}

/** Takes a draft mark off or puts it on. Nothing happens, and nobody is told, when it is so already. */
export async function setDraft(world: World, event: PullEvent, draft: boolean): Promise<void> {
  if (event.pull.draft === draft) return;
  event.pull.draft = draft;
  await announcePull(world, event, { action: draft ? "converted_to_draft" : "ready_for_review" });
}

/** Brings the head of a pull request, from a fork if need be, to `refs/pull/N/head` of the repository. */
export async function fetchHead(repository: Repository, pull: Pull): Promise<void> {
  const ref = `refs/pull/${pull.number}/head`;
  const { head } = pull;
  if (head.repository !== repository) {
    const refspec = `+refs/heads/${head.ref}:${ref}`;
    await git(repository.directory, ["fetch", "--quiet", head.repository.directory, refspec]);
  }
  await writeOwnRef(repository.directory, ref, head.sha);
}
