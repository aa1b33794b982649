import { describe, expect, test } from "vitest";
import type { RunEvent } from "../../src/domain/event.ts";
import type { AttemptId, PhaseId } from "../../src/domain/ids.ts";
import type { Run } from "../../src/domain/run.ts";
import type { Settings } from "../../src/domain/settings.ts";
import { transition } from "../../src/domain/transition.ts";
import { NO_USAGE } from "../../src/domain/usage.ts";
import { audited, built, candidate, checked, planOf, plannedPhase, queuedRun, sha } from "./runFixture.ts";

const RUN = "7-k3f9x2ab";

function play(run: Run, ...events: readonly RunEvent[]): Run {
  return events.reduce((now, event) => transition(now, event).run, run);
}

/** A run of which so many phases have landed, one after the other. */
function landed(
  phases: number,
  { finalAudit, category = "cross_cutting_refactor" }: { finalAudit: Settings["finalAudit"]; category?: string },
): Run {
  const plan = Array.from({ length: phases }, (_, index) => plannedPhase(`Part ${index + 1}`, { category }));
  const begun = play(queuedRun(), { kind: "planning_started" }, planOf(plan, { settings: { finalAudit } }));
  return Array.from({ length: phases }, (_, index) => index + 1).reduce((run, ordinal) => {
    const phase = `${RUN}.${ordinal}` as PhaseId;
    const made = candidate(String(ordinal), run.head ?? sha("a"));
    const judged = play(run, built(`${phase}.1`, made), checked(phase, made));
    const approved = play(judged, audited(`${phase}.2`, { patch: made.patch, decision: "approve" }));
    return play(approved, { kind: "phase_integrated", phaseId: phase, sha: sha(String(ordinal + 4)) });
  }, begun);
}

describe("the audit of the whole change before the promotion", () => {
  test("is made where several phases have landed and one is held strictly", () => {
    const run = landed(2, { finalAudit: "auto" });
    expect(run.state.kind).toBe("building");
    expect(run.phases.at(-1)).toMatchObject({
      ordinal: 3,
      plan: { audit: { by: "autopack" } },
      state: { kind: "building" },
    });
  });

  test.each([
    ["a single phase, which was judged whole", () => landed(1, { finalAudit: "auto" })],
    ["phases that may land unaudited", () => landed(2, { finalAudit: "auto", category: "docs" })],
    ["a configuration that wants none", () => landed(2, { finalAudit: "never" })],
  ])("is not made for %s", (_, story) => {
    expect(story().state.kind).toBe("verifying");
  });

  test("is made of a single phase where the configuration always wants it", () => {
    expect(landed(1, { finalAudit: "always" }).phases).toHaveLength(2);
  });

  test("that approves lets the run be verified, and is not made again", () => {
    const run = landed(2, { finalAudit: "auto" });
    const phaseId = `${RUN}.3` as PhaseId;
    const whole = candidate("9");
    const read = play(run, { kind: "change_read", phaseId, candidate: whole });
    const done = play(read, audited(`${phaseId}.1`, { patch: whole.patch, decision: "approve" }));
    expect(done.state.kind).toBe("verifying");
    expect(done.phases).toHaveLength(3);
  });

  test("that finds something has the Builder mend it, and what is mended is judged by itself", () => {
    const run = landed(2, { finalAudit: "auto" });
    const phaseId = `${RUN}.3` as PhaseId;
    const whole = candidate("9");
    const read = play(run, { kind: "change_read", phaseId, candidate: whole });
    const verdict = {
      patch: whole.patch,
      decision: "revise",
      confidence: "high",
      summary: "mend it",
      findings: [],
    } as const;
    const sent = play(read, {
      kind: "audit_finished",
      attemptId: `${phaseId}.1` as AttemptId,
      verdict,
      log: null,
      usage: NO_USAGE,
    });
    const mended = candidate("8", run.head ?? sha("a"));
    const judged = play(sent, built(`${phaseId}.2`, mended), checked(phaseId, mended));
    const approved = play(judged, audited(`${phaseId}.3`, { patch: mended.patch, decision: "approve" }));
    const end = play(approved, { kind: "phase_integrated", phaseId, sha: sha("c") });
    expect(end.state.kind).toBe("verifying");
    expect(end.phases).toHaveLength(3);
  });
});
