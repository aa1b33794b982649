import { stripVTControlCharacters } from "node:util";
import type { Knex } from "knex";
import type { ArtifactId, RunId } from "../domain/ids.ts";
import { plainBlock } from "../domain/plainText.ts";
import type { Run } from "../domain/run.ts";
import { attemptLogsOf, findArtifact, liveOutputAfter } from "../store/historyAttempts.ts";
import type { AttemptLog } from "../store/historyAttempts.ts";
import { getRun } from "../store/runs.ts";
import type { RunsDatabase } from "./runsDatabase.ts";
import { findRunId } from "./runsFind.ts";
import { stopOnSignals } from "./runsShow.ts";

/** How often an attempt that runs is asked for more output, in milliseconds: as often as a worker writes it. */
const POLL_MS = 500;

/** Prints what an attempt, a gate's command or a validator printed, secrets removed as when it was stored; of one that runs, what comes as it comes. */
export async function showLog(
  { knex }: RunsDatabase,
  typed: string,
  { which, repo }: { readonly which: string; readonly repo: string | undefined },
): Promise<void> {
  const runId = await findRunId(knex, typed, repo);
  if (/^[0-9a-f]{8,64}$/.test(which)) return printStored(knex, runId, which);
  const attempt = await chosenAttempt(knex, runId, which);
  const stop = stopOnSignals();
  try {
    await printOutput(knex, { runId, attempt, signal: stop.signal });
  } finally {
    stop.forget();
  }
}

/** Prints an output that the run's gates, validators or attempts name, by the beginning of its id. */
async function printStored(db: Knex, runId: RunId, prefix: string): Promise<void> {
  const run = await getRun(db, runId);
  const found = logsOf(run).find((log) => log.startsWith(prefix));
  if (found === undefined)
    throw new Error(
      `${runId} names no output ${prefix}; \`autopack runs show ${runId} --json\` has them under \`log\``,
    );
  await printArtifact(db, found);
}

function logsOf(run: Run): readonly ArtifactId[] {
  const steps = [...run.gates, ...run.phases.flatMap(({ evidence }) => evidence)].flatMap((gate) => gate.steps);
  const results = run.phases.flatMap(({ acceptance }) => acceptance?.results ?? []);
  const work = run.planner === null ? run.phases : [run.planner, ...run.phases];
  const attempts = work.flatMap(({ attempt, pastAttempts }) =>
    attempt === null ? pastAttempts : [...pastAttempts, attempt],
  );
  return [...steps, ...results, ...attempts].flatMap(({ log }) => log ?? []);
}

/** `2.1` is the first attempt of phase 2, `2` its newest; whole ids will do as well. */
export async function chosenAttempt(db: Knex, runId: RunId, which: string): Promise<AttemptLog> {
  const name = which.startsWith(`${runId}.`) ? which.slice(runId.length + 1) : which;
  if (!/^\d+(\.\d+)?$/.test(name)) throw new Error(`“${which}” is neither a phase (2) nor an attempt (2.1)`);
  const attempts = await attemptLogsOf(db, runId);
  const found = name.includes(".")
    ? attempts.find(({ id }) => id === `${runId}.${name}`)
    : attempts.findLast(({ phaseId }) => phaseId === `${runId}.${name}`);
  if (found !== undefined) return found;
  const known = attempts.map(({ id }) => id.slice(runId.length + 1)).join(", ");
  throw new Error(`${runId} has no attempt ${name}; ${known === "" ? "it has none at all yet" : `it has ${known}`}`);
}

interface Printing {
  readonly runId: RunId;
  readonly attempt: AttemptLog;
  readonly signal: AbortSignal;
}

/** The stored output is the live one, put together: what was printed of that is left out. */
async function printOutput(db: Knex, { runId, attempt, signal }: Printing): Promise<void> {
  let now: AttemptLog | undefined = attempt;
  let bytes = 0;
  let seq = -1;
  while (now !== undefined && !signal.aborted) {
    if (now.ended) return printRest(db, now, bytes);
    for (const live of await liveOutputAfter(db, attempt.id, seq)) {
      bytes += Buffer.byteLength(live.chunk);
      seq = live.seq;
      write(live.chunk);
    }
    await pause(signal);
    now = (await attemptLogsOf(db, runId)).find(({ id }) => id === attempt.id);
  }
}

async function printRest(db: Knex, { id, log }: AttemptLog, from: number): Promise<void> {
  if (log === null) {
    if (from === 0) throw new Error(`${id} has ended and left no output`);
    return;
  }
  await printArtifact(db, log, from);
}

async function printArtifact(db: Knex, id: ArtifactId, from = 0): Promise<void> {
  const stored = await findArtifact(db, id);
  if (stored === null) throw new Error(`the output ${id.slice(0, 12)} has expired and was deleted`);
  write(stored.subarray(from).toString("utf8"));
}

/** A terminal obeys what it is told to print: there, control characters are taken out. */
function write(text: string): void {
  const isTerminal = process.stdout.isTTY;
  process.stdout.write(isTerminal ? safe(text) : text);
}

function safe(text: string): string {
  const end = text.endsWith("\n") ? "\n" : "";
  return `${plainBlock(stripVTControlCharacters(text))}${end}`;
}

/** Waits for the next look, or for the end of looking. */
export async function pause(signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(done, POLL_MS);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
    signal.addEventListener("abort", done);
  });
}
