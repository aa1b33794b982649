import type { Attempt } from "./attempt.ts";
import type { AttemptRecord } from "./event.ts";
import { sumUsage } from "./usage.ts";

/** An attempt that went on after a wait has used what it used before as well. */
export function recorded(attempt: Attempt, { log, usage, agentVersion }: AttemptRecord): Attempt {
  return { ...attempt, log, usage: sumUsage(attempt.usage, usage), agentVersion: agentVersion ?? null };
}
