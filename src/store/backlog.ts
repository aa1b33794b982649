import type { Knex } from "knex";
import { isDue } from "../domain/findings/backlogEntry.ts";
import type { Age, BacklogEntry } from "../domain/findings/backlogEntry.ts";
import { findingKey } from "../domain/findings/findingKey.ts";
import { isGone } from "../domain/findings/isGone.ts";
import { phaseFindings } from "../domain/findings/phaseFindings.ts";
import { sightEntry } from "../domain/findings/sightEntry.ts";
import type { LivingEntry, Sighting } from "../domain/findings/sightEntry.ts";
import { sightingsOf } from "../domain/findings/sightingsOf.ts";
import { isLanded } from "../domain/phase.ts";
import type { Phase } from "../domain/phase.ts";
import { strategyOf } from "../domain/rulesOf.ts";
import type { Run } from "../domain/run.ts";

/** As the history of runs has it: neither ended nor failed. */
const LIVE = "state not in ('promoted', 'no_changes', 'failed', 'cancelled')";

/**
 * Carries what a phase landed with to its repository's backlog, and lets it age: by `strategy.ageing` of this run.
 *
 * A finding counts once a run and tier, however many phases of it see it. One that was resolved is opened anew by a run or
 * tier that had not seen it before. The same again changes nothing.
 */
export async function carryToBacklog(tx: Knex, run: Run, phase: Phase): Promise<void> {
  const seen = sightingsOf(run, phase);
  if (seen.length === 0) return;
  const keys = seen.map(({ key }) => key);
  await lockBacklog(tx, run.repository.id);
  const known = await livingEntries(tx, run.repository.id, keys);
  const sighted = new Set<string>(
    await tx("backlog_sightings")
      .where({ repository_id: run.repository.id, run_id: run.id, tier: phase.tier })
      .whereIn("key", keys)
      .pluck("key"),
  );
  const entries = seen.flatMap((sighting) => {
    const isNew = !sighted.has(sighting.key);
    const entry = sightEntry(known.get(sighting.key) ?? null, sighting, isNew);
    return entry === null ? [] : [{ sighting, entry, isNew }];
  });
  for (const { sighting, entry, isNew } of entries) await saveEntry(tx, run, { sighting, entry, isNew });
  const added = entries.filter(({ isNew }) => isNew);
  if (added.length > 0)
    await tx("backlog_sightings").insert(
      added.map(({ sighting, entry }) => ({
        repository_id: run.repository.id,
        key: sighting.key,
        run_id: run.id,
        tier: phase.tier,
        epoch: entry.epoch,
      })),
    );
  await ageEntries(tx, run, keys);
}

/**
 * Resolves what a promoted run shows to be gone: `isGone` has the rule.
 *
 * What another run that is under way has seen stays: it may bring it.
 */
export async function closeRun(tx: Knex, run: Run): Promise<void> {
  const { id: repositoryId } = run.repository;
  const seen = run.phases.filter(isLanded).flatMap(phaseFindings).map(findingKey);
  await lockBacklog(tx, repositoryId);
  const { rows } = await tx.raw<{ rows: readonly Pick<BacklogEntry, "key" | "path" | "source">[] }>(
    `select key, path, source from backlog
      where repository_id = ? and status in ('open', 'needs_cleanup') and key <> all(?::text[])
        and not exists (
          select from backlog_sightings seen join runs on runs.id = seen.run_id
           where seen.repository_id = backlog.repository_id and seen.key = backlog.key and seen.epoch = backlog.epoch
             and runs.id <> ? and runs.${LIVE})`,
    [repositoryId, seen, run.id],
  );
  const gone = rows.filter((entry) => isGone(entry, run)).map(({ key }) => key);
  // A person may have resolved one meanwhile: that word stands.
  const open = tx("backlog").where({ repository_id: repositoryId }).whereNot({ status: "resolved" });
  await open.whereIn("key", gone).update({
    status: "resolved",
    resolved_run: run.id,
    resolved_reason: "a run that looked at its path did not see it",
    resolved_at: tx.fn.now(),
  });
}

/** Resolves an entry by somebody's word. False when there is none to resolve: it is unknown, or resolved already. */
export async function resolveEntry(
  db: Knex,
  entry: { readonly repositoryId: number; readonly key: string },
  word: { readonly by: string; readonly reason: string },
): Promise<boolean> {
  const count = await db("backlog")
    .where({ repository_id: entry.repositoryId, key: entry.key })
    .whereNot({ status: "resolved" })
    .update({ status: "resolved", resolved_by: word.by, resolved_reason: word.reason, resolved_at: db.fn.now() });
  return count > 0;
}

/** Makes runs of one repository that carry findings at the same time wait for each other, so that none misses the other's sightings. */
async function lockBacklog(tx: Knex, repositoryId: number): Promise<void> {
  await tx.raw("select pg_advisory_xact_lock(hashtextextended(?, 0))", [`backlog:${repositoryId}`]);
}

async function livingEntries(
  tx: Knex,
  repositoryId: number,
  keys: readonly string[],
): Promise<ReadonlyMap<string, LivingEntry>> {
  const rows: readonly LivingEntry[] = await tx("backlog")
    .where({ repository_id: repositoryId })
    .whereIn("key", keys)
    // `resolveEntry` takes no other lock.
    .forUpdate()
    .select("key", "severity", "status", "epoch", "evidence");
  return new Map(rows.map((row) => [row.key, row]));
}

async function saveEntry(
  tx: Knex,
  run: Run,
  { sighting, entry, isNew }: { readonly sighting: Sighting; readonly entry: LivingEntry; readonly isNew: boolean },
): Promise<void> {
  const { title, detail, path, source } = sighting;
  const now = {
    severity: entry.severity,
    status: entry.status,
    epoch: entry.epoch,
    evidence: JSON.stringify(entry.evidence),
    resolved_run: null,
    resolved_by: null,
    resolved_reason: null,
    resolved_at: null,
  };
  await tx("backlog")
    .insert({
      repository_id: run.repository.id,
      key: sighting.key,
      title,
      detail,
      path,
      source,
      first_run: run.id,
      last_run: run.id,
      ...now,
    })
    .onConflict(["repository_id", "key"])
    .merge(isNew ? { ...now, detail, source, last_run: run.id, last_seen_at: tx.fn.now() } : now);
}

async function ageEntries(tx: Knex, run: Run, keys: readonly string[]): Promise<void> {
  const { ageing } = strategyOf(run);
  const { rows } = await tx.raw<{ rows: (Age & { readonly key: string })[] }>(
    `select backlog.key, count(distinct seen.run_id)::int as runs, count(*)::int as tiers
       from backlog join backlog_sightings seen using (repository_id, key, epoch)
      where backlog.repository_id = ? and backlog.key = any(?) and backlog.status = 'open'
      group by backlog.key`,
    [run.repository.id, [...keys]],
  );
  const due = rows.filter((age) => isDue(age, ageing)).map(({ key }) => key);
  await tx("backlog")
    .where({ repository_id: run.repository.id, status: "open" })
    .whereIn("key", due)
    .update({ status: "needs_cleanup" });
}
