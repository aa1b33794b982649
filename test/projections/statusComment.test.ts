import { expect, test } from "vitest";
import type { Shortage } from "../../src/domain/budget/budget.ts";
import type { RunEvent } from "../../src/domain/event.ts";
import { NO_USAGE } from "../../src/domain/usage.ts";
import type { Impact } from "../../src/domain/waves/impact.ts";
import { withoutSpend } from "../../src/projections/runView.ts";
import { statusComment } from "../../src/projections/statusComment.ts";
import { plannedPhase, planOf, queuedRun, SETTINGS, sha, started } from "../domain/runFixture.ts";
import {
  after,
  attemptOf,
  exhausted,
  HOSTILE,
  landed,
  landing,
  planned,
  promotable,
  refused,
  viewOf,
} from "./story.ts";

const approvals = { promotion: { ...SETTINGS.promotion, approvals: 1 } };
const unchanged = (ordinal: number): readonly RunEvent[] => [
  started(attemptOf(ordinal, 1)),
  {
    kind: "phase_unchanged",
    attemptId: attemptOf(ordinal, 1),
    summary: "it greets already",
    log: null,
    usage: { inputTokens: 0, outputTokens: 0, costUsd: 0, turns: 0 },
  },
];

/** Two tiers: two phases side by side, and one that waits for the second of them. */
const tiered: readonly RunEvent[] = [
  { kind: "planning_started" },
  planOf([
    plannedPhase("Greet", { tier: "Core", impacts: [declared("src/greet.ts")] }),
    plannedPhase("Name", { tier: "Core", impacts: [declared("src/name.ts")] }),
    plannedPhase("Tell", { tier: "Words | and more", category: "docs", dependsOn: [2] }),
  ]),
];

function declared(path: string): Impact {
  return { operation: "update", path, source: "declared", confidence: 1 };
}

const shortage: Shortage = { level: "run", measure: "tokens", cap: 5_000_000, spent: 5_012_345, missing: 12_346 };

const policy: readonly RunEvent[] = [
  started(attemptOf(2, 1)),
  {
    kind: "attempt_failed",
    attemptId: attemptOf(2, 1),
    outcome: "failed",
    failure: { class: "policy", message: "touches `.github`" },
    log: null,
    usage: NO_USAGE,
  },
];

const stories: Readonly<Record<string, readonly RunEvent[]>> = {
  queued: [],
  planning: [{ kind: "planning_started" }],
  "awaiting-approval": planned({ planApproval: true }),
  building: planned(),
  "building-second-phase": [...planned(), ...landing(1, "b")],
  verifying: landed(),
  promotable: promotable(),
  "promotable-auto-merge": promotable({ promotion: { ...SETTINGS.promotion, merge: "autopack", ready: "auto" } }),
  "approval-missing": promotable(approvals),
  "approval-given": [...promotable(approvals), { kind: "approved", by: "bob", sha: sha("c") }],
  "merge-refused": [...promotable(), { kind: "merge_refused", head: sha("c"), message: "Required review is missing" }],
  promoted: [...promotable(), { kind: "pull_merged", sha: sha("e"), by: "bob" }],
  "no-changes": [...planned(), ...unchanged(1), ...unchanged(2)],
  "several-tiers": [...tiered, ...landing(1, "b")],
  "held-by-budget": [...planned(), { kind: "budget_refused", phaseId: null, shortage }],
  "held-by-person": [
    ...planned(),
    { kind: "held", how: "hold", by: "cli:mona", reason: `until the release ${HOSTILE}` },
  ],
  "rolling-back": [...promotable(), { kind: "rollback_requested", by: "cli:mona", to: sha("b") }],
  "left-out": [...tiered, ...policy],
  cancelled: [...planned(), { kind: "cancel_requested", by: "bob" }],
  "cancelled-pull-closed": [...landed(), { kind: "pull_closed", by: "bob" }],
  "phases-failed": exhausted,
  environment: [
    ...planned(),
    { kind: "work_failed", intent: "check_phase", message: "cloning acme/widget: disk full" },
  ],
  "history-rewritten": [...landed(), { kind: "history_rewritten", from: sha("c"), to: null }],
  "config-missing": refused("config_missing", "this repository has no `.github/autopack.yml` on its default branch"),
  "config-invalid": refused("config_invalid", "`.github/autopack.yml` is not valid", [
    { path: ".github/autopack.yml", line: 3, column: 5, message: "unknown key `agent`; did you mean `agents`?" },
    { path: ".github/autopack.yml", line: 9, column: null, message: HOSTILE },
  ]),
  "plan-invalid": refused("plan_invalid", "the plan in the issue is not valid", [
    { path: null, line: 12, column: 1, message: "phase 2 depends on itself" },
  ]),
};

test.each(Object.entries(stories))("%s", async (name, events) => {
  await expect(statusComment(viewOf(after(events)))).toMatchFileSnapshot(`../../fixtures/comments/${name}.md`);
});

test("without a sandbox the comment says so", async () => {
  const view = viewOf(after(planned()), { isolation: "unsandboxed" });
  await expect(statusComment(view)).toMatchFileSnapshot("../../fixtures/comments/building-unsandboxed.md");
});

test("the longest run stays within GitHub's limit, with room", () => {
  const titles = Array.from({ length: 200 }, (_, index) => `${index} ${"<@#|".repeat(500)}`);
  const run = after([...planned({}, titles), { kind: "work_failed", intent: "x", message: "@<".repeat(100_000) }]);
  expect(run.phases[0]?.plan).toEqual(plannedPhase(titles[0] ?? ""));
  expect(statusComment(viewOf(run)).length).toBeLessThan(65_536);
});

test("what an attempt does until its phase is over changes nothing but the spend", () => {
  const events = [...planned(), ...landing(1, "b")];
  const texts = events.map((_, length) => statusComment(withoutSpend(viewOf(after(events.slice(0, length + 1))))));
  // Planning, the plan, and the phase's end.
  expect(new Set(texts).size).toBe(3);
});

test("the first line is the marker, and the requester is not mentioned", () => {
  const text = statusComment(viewOf(queuedRun()));
  expect(text).toMatch(/^<!-- autopack:run:7-k3f9x2ab -->\n/);
  expect(text).not.toContain("@alice");
});
