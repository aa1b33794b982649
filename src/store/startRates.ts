import type { Knex } from "knex";
import type { StartLimits } from "../domain/startLimits.ts";

/**
 * Judges whether one more run may start on an issue now: null when it may, else one line that says why not.
 *
 * To be called in the transaction that creates the run, before it does: starts in one repository are judged one after the
 * other, so that two at once cannot both take the last of a limit. Asking counts nothing; runs that were created do.
 */
export async function mayStart(
  tx: Knex,
  { repositoryId, issueNumber }: { readonly repositoryId: number; readonly issueNumber: number },
  limits: StartLimits,
): Promise<string | null> {
  await tx.raw("select pg_advisory_xact_lock(hashtextextended(?, 0))", [`starts/${repositoryId}`]);
  const ofRepository = await startsSince(tx, "repository_id = ?", [repositoryId]);
  const ofIssue = await startsSince(tx, "repository_id = ? and issue_number = ?", [repositoryId, issueNumber]);
  if (ofIssue.count >= limits.perIssueHour) return refusal("this issue", limits.perIssueHour, ofIssue.minutes);
  if (ofRepository.count < limits.perRepositoryHour) return null;
  return refusal("this repository", limits.perRepositoryHour, ofRepository.minutes);
}

interface Starts {
  readonly count: number;
  /** Until the oldest of them is an hour old. */
  readonly minutes: number;
}

async function startsSince(tx: Knex, where: string, bindings: readonly number[]): Promise<Starts> {
  const { rows } = await tx.raw<{ rows: [Starts] }>(
    `select count(*)::int as count,
            ceil(extract(epoch from min(created_at) + interval '1 hour' - now()) / 60)::int as minutes
       from runs where ${where} and created_at > now() - interval '1 hour'`,
    [...bindings],
  );
  return rows[0];
}

function refusal(where: string, limit: number, minutes: number): string {
  const starts = limit === 1 ? "1 run has" : `${limit} runs have`;
  return `${starts} started on ${where} within the hour, which is the limit; try again in ${Math.max(1, minutes)} min`;
}
