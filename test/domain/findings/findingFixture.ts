import type { Finding } from "../../../src/domain/finding.ts";
import type { AttemptId } from "../../../src/domain/ids.ts";
import type { Attempt, AttemptRole } from "../../../src/domain/attempt.ts";
import type { Phase, TouchedPath } from "../../../src/domain/phase.ts";
import { queuedPhase } from "../../../src/domain/queuedPhase.ts";
import type { RunId } from "../../../src/domain/ids.ts";
import { NO_USAGE } from "../../../src/domain/usage.ts";
import { artifact, candidate, plannedPhase, RUN_ID, sha } from "../runFixture.ts";

export function finding(title: string, more: Partial<Finding> = {}): Finding {
  return { severity: "minor", source: "builder", title, detail: "", path: "src/a.ts", lines: null, ...more };
}

export function attempt(id: string, role: AttemptRole, state: Attempt["state"] = "completed"): Attempt {
  return {
    id: id as AttemptId,
    number: Number(id.slice(id.lastIndexOf(".") + 1)),
    role,
    state,
    workerId: null,
    base: sha("a"),
    agentSpec: null,
    acceptanceSpec: null,
    grant: null,
    waits: 0,
    agentVersion: null,
    failure: null,
    log: artifact("1"),
    usage: NO_USAGE,
  };
}

/** A phase that has landed with these findings of its Builder; `touched` are paths it updated. */
export function landedPhase(
  ordinal: number,
  findings: readonly Finding[],
  {
    run = RUN_ID,
    tier = 1,
    touched = [],
    ...more
  }: Partial<Omit<Phase, "tier">> & {
    readonly run?: RunId;
    readonly tier?: number;
    readonly touched?: readonly string[];
  } = {},
): Phase {
  const paths = touched.map((path): TouchedPath => ({ path, operation: "update" }));
  const queued = queuedPhase(run, { plan: plannedPhase(`Part ${ordinal}`, { tier: `Tier ${tier}` }), ordinal, tier });
  return {
    ...queued,
    state: { kind: "complete", sha: sha("b"), landing: ordinal },
    attempt: attempt(`${queued.id}.1`, "builder"),
    candidate: { ...candidate("b"), touched: paths },
    findings,
    ...more,
  };
}
