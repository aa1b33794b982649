import type { RunId } from "../src/domain/ids.ts";
import { apiCallsOf } from "../src/store/apiCalls.ts";
import { connect } from "../src/store/connect.ts";
import { sweepLock, withLock } from "../src/store/lock.ts";
import { enqueue, openQueues } from "../src/store/queue.ts";
import type { Call } from "../test/github/callLog.ts";
import { commandOf, withDatabase } from "./harness.ts";
import type { Bench, Result } from "./harness.ts";
import { openLiveWorld } from "./liveWorld.ts";
import type { LiveWorld } from "./liveWorld.ts";

const id = "api_calls";
const phaseCounts = [1, 3, 5];

/** Calls that a run of so many phases may take. */
function allowed(phases: number): number {
  return 12 + 3 * phases;
}

/** Real agents take minutes: long enough for every state in between to be shown. */
const THINK = "sleep 0.3";

const BUILDER = `${THINK}; printf '%s\\n' "$AUTOPACK_ATTEMPT" > "$AUTOPACK_ATTEMPT.txt"`;
const VERDICT = JSON.stringify({ verdict: "approve", confidence: "high", summary: "as asked", findings: [] });

function config(promotion: object): object {
  return {
    agents: {
      builder: { backend: "command", command: BUILDER },
      auditor: { backend: "command", command: `${THINK}; printf '%s' '${VERDICT}' > "$AUTOPACK_RESULT"` },
    },
    preflight: ["test -f README.md"],
    ci: { normal: [`${THINK}; test -f src/greet.js`] },
    promotion,
  };
}

/**
 * What Autopack asks of GitHub's API from the label to the merge, counted by the GitHub that is asked. Git's own requests
 * do not count, nor do answers of 304; exchanges of the App's key for a token, one an hour, are reported apart.
 */
export const apiCalls: Bench = { id, run: async () => withDatabase(measure) };

async function measure(adminUrl: string): Promise<Result> {
  await using world = await openLiveWorld(adminUrl);
  return await withoutSweeps(world.databaseUrl, async () => measureIn(world));
}

/** Keeps the sweeps off, which look after the whole installation and not after a run. */
async function withoutSweeps<T>(url: string, work: () => Promise<T>): Promise<T> {
  const db = connect(url, { poolMax: 2, applicationName: "autopack bench" });
  try {
    return await withLock(db, sweepLock("state"), async () => withLock(db, sweepLock("deliveries"), work));
  } finally {
    await db.destroy();
  }
}

async function measureIn(world: LiveWorld): Promise<Result> {
  await world.configure(config({ auto_merge: true }));
  await world.idle();
  const first = await runOf(world, 1);
  const runs: Counted[] = [];
  for (const phases of phaseCounts) runs.push(await runOf(world, phases));
  await world.configure(config({ auto_merge: false }));
  await world.idle();
  const resting = await runOf(world, 1);
  if (resting.state !== "promotable") throw new Error(`the run that is to wait for its merge is ${resting.state}`);
  const nothingChanged = {
    promoted: (await callsOfShowing(world, first.runId)).length,
    promotable: (await callsOfShowing(world, resting.runId)).length,
  };
  return toResult(runs, { tokens: first.tokens, nothingChanged });
}

function toResult(
  runs: readonly Counted[],
  more: { readonly tokens: number; readonly nothingChanged: Readonly<Record<string, number>> },
): Result {
  const worst = Math.max(...runs.map(({ phases, calls }) => calls.length - allowed(phases)));
  const wasted = Object.values(more.nothingChanged).some((calls) => calls > 0);
  return {
    value: runs.at(-1)?.calls.length ?? Number.NaN,
    unit: `calls of a run of ${phaseCounts.at(-1)} phases`,
    baseline: null,
    ratio: null,
    bar: "≤ 12 + 3·phases, and 0 when nothing changed; the app's own count is the same",
    ok: worst <= 0 && !wasted && runs.every(({ calls, counted }) => counted === calls.length),
    command: commandOf(id),
    detail: {
      calls: Object.fromEntries(runs.map(({ phases, calls }) => [phases, calls.length])),
      countedByTheApp: Object.fromEntries(runs.map(({ phases, counted }) => [phases, counted])),
      allowed: Object.fromEntries(phaseCounts.map((phases) => [phases, allowed(phases)])),
      whenNothingChanged: more.nothingChanged,
      tokenExchangesOfAColdStart: more.tokens,
      tokenExchanges: runs.reduce((sum, { tokens }) => sum + tokens, 0),
      list: Object.fromEntries(runs.map(({ phases, calls }) => [phases, calls.map(line)])),
    },
  };
}

interface Counted {
  readonly runId: RunId;
  readonly state: string;
  readonly phases: number;
  readonly calls: readonly Call[];
  /** By the app itself. */
  readonly counted: number;
  readonly tokens: number;
}

/** A whole run, until nothing is left to be done. */
async function runOf(world: LiveWorld, phases: number): Promise<Counted> {
  world.github.calls.reset();
  const tasks = Array.from({ length: phases }, (_, index) => `- [ ] Task ${index + 1}`);
  const { issue } = await world.label({ title: `${phases} tasks`, body: `${tasks.join("\n")}\n` });
  await world.idle();
  const run: { id: RunId; state: string } | undefined = await world
    .db("runs")
    .where({ issue_number: issue })
    .first("id", "state");
  if (run === undefined) throw new Error(`issue #${issue} has no run`);
  const calls = ownCalls(world);
  const own = calls.filter((call) => !isTokenExchange(call));
  const { calls: counted } = await apiCallsOf(world.db, run.id);
  return { runId: run.id, state: run.state, phases, calls: own, counted, tokens: calls.length - own.length };
}

function ownCalls({ github }: LiveWorld): readonly Call[] {
  const own = new Set(["app", `${github.app.slug}[bot]`]);
  return github.calls().filter((call) => call.kind !== "git" && own.has(call.actor) && !call.conditional);
}

function isTokenExchange({ path }: Call): boolean {
  return /^\/app\/installations\/\d+\/access_tokens$/.test(path);
}

/** What showing a run costs that is shown as it is already. */
async function callsOfShowing(world: LiveWorld, runId: RunId): Promise<readonly Call[]> {
  world.github.calls.reset();
  const boss = await openQueues(world.databaseUrl, { supervise: false });
  await enqueue({ knex: world.db, boss }, world.db, { kind: "project_run", runId });
  await world.idle();
  await boss.stop({ graceful: false });
  return ownCalls(world);
}

function line({ method, path, status }: Call): string {
  return `${method} ${path} ${status}`;
}
