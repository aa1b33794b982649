import { announce } from "./announce.ts";
import type { EmulatorRequest } from "./emulator.ts";
import { ask, readIssue } from "./issueStore.ts";
import type { IssueJson } from "./issueStore.ts";
import { pullJson } from "./pullJson.ts";
import type { Repository } from "./repository.ts";
import type { World } from "./world.ts";

export interface IssueChange {
  readonly repository: Repository;
  readonly number: number;
  readonly login: string;
  readonly request: EmulatorRequest;
}

/** Writes to an issue or pull request through the emulator, and sends the webhooks GitHub would for what changed. */
export async function changeIssue(world: World, change: IssueChange) {
  const { repository, number, login, request } = change;
  const before = await readIssue(world, repository, number);
  const answer = await ask(world, repository, { ...request, login });
  const after = await readIssue(world, repository, number);
  await announceDifferences(world, { repository, login, before, after });
  return answer;
}

interface Difference {
  readonly action: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** What GitHub calls the difference between two states of one issue, in the order in which it says so. */
export function differences(before: IssueJson, after: IssueJson): readonly Difference[] {
  const changes = {
    ...(before.title === after.title ? {} : { title: { from: before.title } }),
    ...(before.body === after.body ? {} : { body: { from: before.body ?? "" } }),
  };
  return [
    ...(Object.keys(changes).length === 0 ? [] : [{ action: "edited", body: { changes } }]),
    ...missing(before.labels, after.labels).map((label) => ({ action: "unlabeled", body: { label } })),
    ...missing(after.labels, before.labels).map((label) => ({ action: "labeled", body: { label } })),
    ...missing(before.assignees, after.assignees).map((assignee) => ({ action: "unassigned", body: { assignee } })),
    ...missing(after.assignees, before.assignees).map((assignee) => ({ action: "assigned", body: { assignee } })),
    ...(before.locked === after.locked ? [] : [{ action: after.locked ? "locked" : "unlocked", body: {} }]),
    ...(before.state === after.state ? [] : [{ action: after.state === "closed" ? "closed" : "reopened", body: {} }]),
  ];
}

function missing<T extends Readonly<Record<string, unknown>>>(from: readonly T[], others: readonly T[]): readonly T[] {
  return from.filter((one) => others.every((other) => other["id"] !== one["id"]));
}

export interface IssueStates {
  readonly repository: Repository;
  readonly login: string;
  readonly before: IssueJson;
  readonly after: IssueJson;
}

async function announceDifferences(world: World, { repository, login, before, after }: IssueStates): Promise<void> {
  const found = differences(before, after);
  if (found.length === 0) return;
  const pull = repository.pulls.get(after.number);
  const event = pull === undefined ? "issues" : "pull_request";
  const subject =
    pull === undefined
      ? { issue: after }
      : { number: pull.number, pull_request: await pullJson(world, repository, pull) };
  for (const { action, body } of found) {
    announce(world, { event, action, repository, sender: login, body: { ...subject, ...body } });
  }
}
