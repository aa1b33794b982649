import { expect } from "vitest";
import type { World } from "./world.ts";

/** What is left of a run when everything has gone through, whatever went wrong on the way. */
export interface Picture {
  readonly state: string;
  readonly pulls: readonly { readonly merged: boolean; readonly draft: boolean }[];
  readonly statusComments: number;
  readonly otherComments: number;
  /** Check runs by `name sha`, but those that are there once. */
  readonly doubledChecks: readonly string[];
  /** Names and conclusions on the head that was merged. */
  readonly checks: readonly string[];
  /** Phases by their commits on the base branch, oldest first. */
  readonly commits: readonly string[];
  readonly branches: readonly string[];
  readonly labels: readonly string[];
  readonly issue: string;
  /** Jobs that wait, run or have given up. */
  readonly jobs: readonly string[];
  readonly liveAttempts: number;
}

/** Reads it from outside: from git, from GitHub, and from the queue's own tables. */
export async function pictureOf(world: World, issue: number): Promise<Picture> {
  const { github, store } = world;
  const run = await world.run(issue);
  const comments = await Promise.all(
    [issue, ...(await github.pulls()).map((pull) => pull.number)].map(async (number) => github.comments(number)),
  );
  const bodies = comments.flat().map((comment) => comment.body ?? "");
  const status = bodies.filter((body) => body.includes(`autopack:run:${run.id}`));
  const log = await github.log("main");
  const own = log.filter(({ trailers }) => trailers["Autopack-Run"] === run.id).toReversed();
  const shas = new Set([...log.map(({ sha }) => sha), run.head ?? ""]);
  const checks = [...shas].flatMap((sha) => github.checks(sha, { all: true }).map((check) => `${check.name} ${sha}`));
  const { rows: jobs } = await store.knex.raw<{ rows: { job: string }[] }>(
    "select name || ' ' || state as job from pgboss.job where state not in ('completed', 'cancelled') and name not like '\\_\\_%' order by 1",
  );
  const { rows: live } = await store.knex.raw<{ rows: unknown[] }>("select from attempts where finished_at is null");
  return {
    state: run.state.kind,
    pulls: (await github.pulls()).map(({ merged, draft }) => ({ merged, draft })),
    statusComments: status.length,
    otherComments: bodies.length - status.length,
    doubledChecks: checks.filter((check, index) => checks.indexOf(check) !== index),
    checks: github
      .checks(run.head ?? "")
      .map(({ name, conclusion }) => `${name} ${conclusion}`)
      .toSorted(),
    commits: own.map(({ trailers }) => (trailers["Autopack-Phase"] ?? "").replace(run.id, "")),
    branches: await github.branches(),
    labels: await github.labels(issue),
    issue: (await github.issue(issue)).state,
    jobs: jobs.map(({ job }) => job),
    liveAttempts: live.length,
  };
}

/** The one picture that a run with auto-merge must end in: everything once. */
export function expectPromoted(picture: Picture, { phases }: { readonly phases: number }): void {
  expect(picture).toEqual({
    state: "promoted",
    pulls: [{ merged: true, draft: false }],
    statusComments: 1,
    otherComments: 0,
    doubledChecks: [],
    checks: [
      "autopack/audit success",
      "autopack/ci success",
      "autopack/preflight success",
      "autopack/promotion success",
    ],
    commits: Array.from({ length: phases }, (_, index) => `.${index + 1}`),
    branches: ["main"],
    labels: ["autopack:done"],
    issue: "closed",
    jobs: [],
    liveAttempts: 0,
  });
}
