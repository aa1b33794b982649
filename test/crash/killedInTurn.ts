import { giveBack } from "./crashWorld.ts";
import type { CrashWorld } from "./crashWorld.ts";
import type { Effect, WorkerProcess } from "./workerProcess.ts";

/**
 * Does a run by one worker after the other, each killed after its effect, with the next one finding everything as that one
 * left it. What was done over counts as well: where an effect has been had often enough, the next one of its name will do.
 *
 * Gives those that were never come to, as the run ended before. The rest of the run is to be done by somebody else.
 */
export async function killedInTurn(
  world: CrashWorld,
  issue: number,
  points: readonly Effect[],
): Promise<readonly Effect[]> {
  const workers: WorkerProcess[] = [];
  const end = world.ended(issue);
  for (const [index, { effect, nth }] of points.entries()) {
    const seen = workers.flatMap((worker) => worker.effects()).filter((other) => other.effect === effect);
    const halt = { effect, nth: Math.max(1, nth - seen.length), signal: "SIGKILL", countedAt: null } as const;
    const worker = world.startWorker(halt);
    workers.push(worker);
    const ended = await Promise.race([worker.exited, end]);
    worker.signal("SIGKILL");
    await worker.exited;
    await giveBack(world);
    if (ended === undefined) return points.slice(index);
    if (ended.signal !== "SIGKILL") throw new Error(`a worker ended by itself, before ${effect}`);
  }
  return [];
}

/** As many shares of the points as said, each in their order and spread over all of the run. */
export function sharedOut(points: readonly Effect[], shares: number): readonly Share[] {
  return Array.from({ length: shares }, (_, share) => {
    const mine = points.filter((_point, index) => index % shares === share);
    return { name: mine.map(nameOf).join(", "), points: mine };
  });
}

interface Share {
  readonly name: string;
  readonly points: readonly Effect[];
}

export function nameOf({ effect, nth }: Effect): string {
  return nth === 1 ? effect : `${effect} (no. ${nth})`;
}
