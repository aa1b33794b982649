import type { Knex } from "knex";
import { eventsAfter, lastEvents } from "../src/store/history.ts";
import { attemptTimesOf, checkpointsOf, failuresOf } from "../src/store/historyAttempts.ts";
import { findRepositoryId, isLive, listRuns, runsWithPrefix } from "../src/store/historyRuns.ts";
import { spentOnDay } from "../src/store/historySpend.ts";
import { phaseTallies, tierTallies } from "../src/store/ledgerTallies.ts";
import { waveSummariesOf } from "../src/store/historyWaves.ts";
import { findRunOfIssue, findRunOfPull, getRun } from "../src/store/runs.ts";
import { spendOf } from "../src/store/spend.ts";
import { findOrphans } from "../src/store/workers.ts";
import type { Subject } from "./longHistory.ts";

/** A question that is asked again and again while Autopack runs, or while somebody looks at it. */
export interface HotQuery {
  readonly name: string;
  readonly run: (db: Knex, subject: Subject) => Promise<unknown>;
}

export const HOT_QUERIES: readonly HotQuery[] = [
  { name: "a whole run", run: async (db, { runId }) => getRun(db, runId) },
  { name: "the last 500 lines of a run", run: async (db, { runId }) => lastEvents(db, runId) },
  { name: "new lines of a run", run: async (db, { runId }) => eventsAfter(db, runId, 45) },
  { name: "whether a run is live", run: async (db, { runId }) => isLive(db, runId) },
  { name: "waves of a run", run: async (db, { runId }) => waveSummariesOf(db, runId) },
  { name: "failures in a row", run: async (db, { runId }) => failuresOf(db, runId) },
  { name: "times of attempts", run: async (db, { runId }) => attemptTimesOf(db, runId) },
  { name: "checkpoints of a run", run: async (db, { runId }) => checkpointsOf(db, runId) },
  { name: "agents' time of a run", run: async (db, { runId }) => spendOf(db, runId) },
  { name: "spend of a run's phases", run: async (db, { runId }) => phaseTallies(db, runId) },
  { name: "spend of a run's tiers", run: async (db, { runId }) => tierTallies(db, runId) },
  {
    name: "spend of a repository and day",
    run: async (db, { repositoryId, day }) => spentOnDay(db, repositoryId, day),
  },
  { name: "newest runs", run: async (db) => listRuns(db, { limit: 20 }) },
  { name: "live runs", run: async (db) => listRuns(db, { live: true, limit: 20 }) },
  { name: "runs by state", run: async (db) => listRuns(db, { state: "failed", limit: 20 }) },
  { name: "runs of a repository", run: async (db, { repositoryId }) => listRuns(db, { repositoryId, limit: 20 }) },
  {
    name: "runs of an issue",
    run: async (db, { repositoryId, issueNumber }) => listRuns(db, { repositoryId, issueNumber, limit: 20 }),
  },
  {
    name: "newest run of an issue, whole",
    run: async (db, { repositoryId, issueNumber }) => findRunOfIssue(db, { repositoryId, number: issueNumber }),
  },
  {
    name: "run of a pull request, whole",
    run: async (db, { repositoryId, pullNumber }) => findRunOfPull(db, { repositoryId, number: pullNumber }),
  },
  { name: "run by the beginning of its id", run: async (db, { runId }) => runsWithPrefix(db, runId.slice(0, -3), 6) },
  { name: "repository by name", run: async (db, { owner, name }) => findRepositoryId(db, { owner, name }) },
  { name: "attempts whose worker is gone", run: async (db) => findOrphans(db) },
];
