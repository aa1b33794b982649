import type { Knex } from "knex";
import type { Amounts } from "../domain/budget/budget.ts";
import type { Quote } from "../domain/budget/quote.ts";
import type { PullRequest, Run, RunState } from "../domain/run.ts";
import type { DeliveryId, PhaseId, RunId, Sha } from "../domain/ids.ts";
import type { Plan } from "../domain/plan.ts";
import type { Settings } from "../domain/settings.ts";
import type { Strategy } from "../domain/strategy/strategy.ts";
import { toRepository } from "./repositories.ts";
import type { RepositoryRow } from "./repositories.ts";
import { phasesOf } from "./phases.ts";
import { approvalsOf } from "./approvals.ts";
import { gatesOf } from "./gates.ts";
import { tiersOf } from "./tiers.ts";
import { wavesOf } from "./waves.ts";

/** Columns of `runs` as pg gives them; bigint parsed to number by `connect`. */
interface RunRow {
  readonly id: RunId;
  readonly repository_id: number;
  readonly issue_number: number;
  readonly title: string;
  readonly body: string;
  readonly requester: string;
  readonly state: RunState["kind"];
  readonly state_detail: object;
  readonly settings: Settings | null;
  readonly strategy: Strategy | null;
  readonly config_hash: string | null;
  readonly base_branch: string | null;
  readonly base_sha: Sha | null;
  readonly plan: Plan | null;
  readonly quote: Quote | null;
  readonly landing: PhaseId | null;
  readonly hold: Run["hold"];
  readonly extra_budget: Amounts;
  readonly rollback: Run["rollback"];
  readonly aged_findings: readonly string[];
  readonly head_sha: Sha | null;
  readonly verified_base: Sha | null;
  readonly foreign_commits: number;
  readonly pull_number: number | null;
  readonly pull_node_id: string | null;
  readonly pull_draft: boolean | null;
  readonly merge_refusal: Run["mergeRefusal"];
  readonly wishes: Run["request"]["wishes"];
  readonly overrides: Run["overrides"];
  readonly accepted_objections: Run["accepted"];
  readonly rerun: Run["rerun"];
  readonly awaiting: Run["awaiting"];
  readonly promote_asked: Run["promoteAsked"];
  readonly edited: Run["edited"];
  readonly closing: Run["closing"];
  readonly ground: Run["ground"];
  readonly reverted: Run["reverted"];
}

const LIVE = ["queued", "planning", "awaiting_approval", "building", "verifying", "promotable"];

export class RunNotFound extends Error {
  constructor(id: RunId) {
    super(`there is no run ${id}`);
    this.name = "RunNotFound";
  }
}

export async function findRun(db: Knex, id: RunId): Promise<Run | null> {
  return read(db, await db<RunRow>("runs").where({ id }).first());
}

export async function getRun(db: Knex, id: RunId): Promise<Run> {
  const run = await findRun(db, id);
  if (run === null) throw new RunNotFound(id);
  return run;
}

/** Reads a run and holds its row until `tx` ends, so one event at a time moves it. */
export async function lockRun(tx: Knex, id: RunId): Promise<Run> {
  const run = await read(tx, await tx<RunRow>("runs").where({ id }).forUpdate().first());
  if (run === null) throw new RunNotFound(id);
  return run;
}

/** The newest run of an issue, live or ended. */
export async function findRunOfIssue(
  db: Knex,
  issue: { readonly repositoryId: number; readonly number: number },
): Promise<Run | null> {
  const row = await db<RunRow>("runs")
    .where({ repository_id: issue.repositoryId, issue_number: issue.number })
    .orderBy("created_at", "desc")
    .first();
  return read(db, row);
}

export async function findRunOfPull(
  db: Knex,
  pull: { readonly repositoryId: number; readonly number: number },
): Promise<Run | null> {
  return read(
    db,
    await db<RunRow>("runs").where({ repository_id: pull.repositoryId, pull_number: pull.number }).first(),
  );
}

/** Runs whose work a push to `branch` of a repository may concern: those that will be merged into it. */
export async function findRunsOnBase(
  db: Knex,
  base: { readonly repositoryId: number; readonly branch: string },
): Promise<readonly RunId[]> {
  const rows = await db<RunRow>("runs")
    .where({ repository_id: base.repositoryId, base_branch: base.branch })
    .whereIn("state", LIVE)
    .orderBy("created_at")
    .select("id");
  return rows.map((row) => row.id);
}

/** Runs that wait for the repository's own checks of a commit. */
export async function findRunsAwaiting(
  db: Knex,
  commit: { readonly repositoryId: number; readonly sha: Sha },
): Promise<readonly RunId[]> {
  return db<RunRow>("runs")
    .where({ repository_id: commit.repositoryId, head_sha: commit.sha })
    .whereNotNull("awaiting")
    .pluck("id");
}

/** Adds a run; false when its issue has a live one already, or when its delivery has started one before. */
export async function insertRun(tx: Knex, run: Run, delivery: DeliveryId | null): Promise<boolean> {
  const row = { ...toRow(run), id: run.id, repository_id: run.repository.id, delivery_id: delivery, ...toRequest(run) };
  const inserted = await tx("runs").insert(row).onConflict().ignore().returning("id");
  return inserted.length === 1;
}

/** Whether this delivery has started a run before: then it is being handled for the second time. */
export async function isStartedBy(db: Knex, delivery: DeliveryId): Promise<boolean> {
  return (await db("runs").where({ delivery_id: delivery }).first("id")) !== undefined;
}

/** Writes a run's own row. Its phases, gates and approvals are written by their modules. */
export async function saveRun(tx: Knex, run: Run): Promise<void> {
  const ended = !LIVE.includes(run.state.kind);
  await tx("runs")
    .where({ id: run.id })
    .update({
      ...toRow(run),
      version: tx.raw("version + 1"),
      updated_at: tx.fn.now(),
      ended_at: ended ? tx.raw("coalesce(ended_at, now())") : null,
    });
}

/** Grows by one with every change of a run: the projector's way to see that it was overtaken. */
export async function runVersion(db: Knex, id: RunId): Promise<number> {
  const row = await db<{ id: RunId; version: number }>("runs").where({ id }).first("version");
  if (row === undefined) throw new RunNotFound(id);
  return row.version;
}

function toRequest(run: Run): object {
  const { issueNumber, title, body, requester, wishes } = run.request;
  return { issue_number: issueNumber, title, body, requester, wishes: JSON.stringify(wishes) };
}

function toRow(run: Run): object {
  const { kind, ...detail } = run.state;
  return {
    state: kind,
    state_detail: JSON.stringify(detail),
    settings: json(run.settings),
    strategy: json(run.strategy),
    config_hash: run.configHash,
    base_branch: run.base?.branch ?? null,
    base_sha: run.base?.sha ?? null,
    plan: json(run.plan),
    quote: json(run.quote),
    landing: run.landing,
    hold: json(run.hold),
    extra_budget: JSON.stringify(run.extraBudget),
    rollback: json(run.rollback),
    aged_findings: JSON.stringify(run.agedFindings),
    head_sha: run.head,
    verified_base: run.verifiedBase,
    foreign_commits: run.foreignCommits,
    pull_number: run.pull?.number ?? null,
    pull_node_id: run.pull?.nodeId ?? null,
    pull_draft: run.pull?.draft ?? null,
    merge_refusal: json(run.mergeRefusal),
    overrides: JSON.stringify(run.overrides),
    accepted_objections: JSON.stringify(run.accepted),
    rerun: json(run.rerun),
    awaiting: json(run.awaiting),
    promote_asked: json(run.promoteAsked),
    edited: json(run.edited),
    closing: json(run.closing),
    ground: json(run.ground),
    reverted: json(run.reverted),
  };
}

function json(value: object | null): string | null {
  return value === null ? null : JSON.stringify(value);
}

async function read(db: Knex, row: RunRow | undefined): Promise<Run | null> {
  if (row === undefined) return null;
  // One after the other: a transaction is one connection.
  const repository = await db<RepositoryRow>("repositories").where({ id: row.repository_id }).first();
  const all = await phasesOf(db, row.id);
  const phases = all.filter(({ ordinal }) => ordinal > 0);
  const tiers = phases.length === 0 ? [] : await tiersOf(db, row.id);
  const waves = phases.length === 0 ? [] : await wavesOf(db, row.id);
  const gates = row.head_sha === null ? [] : await gatesOf(db, row.id, row.head_sha);
  const approvals = await approvalsOf(db, row.id);
  if (repository === undefined) throw new Error(`run ${row.id} names a repository that is not known here`);
  return {
    id: row.id,
    repository: toRepository(repository),
    request: {
      issueNumber: row.issue_number,
      title: row.title,
      body: row.body,
      requester: row.requester,
      wishes: row.wishes,
    },
    // The discriminant and its detail were written together by toRow, and the states are CHECKed.
    state: { kind: row.state, ...row.state_detail } as RunState,
    settings: row.settings,
    strategy: row.strategy,
    configHash: row.config_hash,
    base: row.base_branch === null || row.base_sha === null ? null : { branch: row.base_branch, sha: row.base_sha },
    plan: row.plan,
    quote: row.quote,
    tiers,
    waves,
    phases,
    planner: all.find(({ ordinal }) => ordinal === 0) ?? null,
    landing: row.landing,
    hold: row.hold,
    extraBudget: row.extra_budget,
    rollback: row.rollback,
    agedFindings: row.aged_findings,
    head: row.head_sha,
    gates,
    verifiedBase: row.verified_base,
    foreignCommits: row.foreign_commits,
    pull: toPull(row),
    approvals,
    mergeRefusal: row.merge_refusal,
    overrides: row.overrides,
    accepted: row.accepted_objections,
    rerun: row.rerun,
    awaiting: row.awaiting,
    promoteAsked: row.promote_asked,
    edited: row.edited,
    closing: row.closing,
    ground: row.ground,
    reverted: row.reverted,
  };
}

function toPull(row: RunRow): PullRequest | null {
  if (row.pull_number === null || row.pull_node_id === null) return null;
  return { number: row.pull_number, nodeId: row.pull_node_id, draft: row.pull_draft === true };
}
