import { expect, test } from "vitest";
import { parseCommands } from "../../src/commands/parseCommands.ts";
import { commandNames } from "../../src/commands/specs.ts";
import type { Answer } from "../../src/domain/answer.ts";
import type { BacklogEntry } from "../../src/domain/findings/backlogEntry.ts";
import type { PhaseId, RunId } from "../../src/domain/ids.ts";
import type { Planned } from "../../src/domain/planned.ts";
import type { Run } from "../../src/domain/run.ts";
import { answerBody } from "../../src/projections/answerBody.ts";
import type { AnswerMaterial } from "../../src/projections/answerBody.ts";
import { NO_WISHES } from "../../src/domain/wishes.ts";
import { planReady, RUN_ID, SETTINGS } from "../domain/runFixture.ts";
import { after, exhausted, HOSTILE, planned, promotable, refused, viewOf } from "./story.ts";

const waiting = after(promotable({ promotion: { ...SETTINGS.promotion, approvals: 1 } }));
const failed = after(exhausted);

const why: Answer = { kind: "why", runId: RUN_ID };
const explain = (phase: number): Answer => ({ kind: "explain", runId: RUN_ID, phase });
const accepted = (note: Extract<Answer, { kind: "accepted" }>["note"]): Answer => ({
  kind: "accepted",
  runId: RUN_ID,
  ...(note === undefined ? {} : { note }),
});
const of = (run: Run): AnswerMaterial => ({ view: viewOf(run) });
const merging = (merge: "people" | "autopack" | "on_command" | "github" | "queue"): AnswerMaterial =>
  of(after(promotable({ promotion: { ...SETTINGS.promotion, merge } })));

const HELD: Run["hold"] = { kind: "person", how: "hold", by: "@mallory", reason: HOSTILE };
const RULES = {
  requiredChecks: ["build", HOSTILE],
  requiredApprovals: 2,
  codeOwnerReview: true,
  dismissStaleReviews: true,
  conversationResolution: true,
  signedCommits: true,
  linearHistory: true,
  mergeQueue: true,
  mergeMethods: ["squash", "rebase"] as const,
};
const GROUND: Run["ground"] = {
  rules: RULES,
  codeOwners: [
    { owner: "@acme/owners", paths: ["src/greet.ts", "b", "c", "d", "e"] },
    { owner: HOSTILE, paths: [HOSTILE] },
  ],
  notes: [
    { name: "signed_commits", level: "blocks", message: HOSTILE, remedy: HOSTILE },
    { name: "ci_start", level: "warns", message: "CI did not start on the last push", remedy: "let apps start it" },
  ],
};

function hostilePhase(run: Run): Run {
  const finding = {
    severity: "major",
    source: "auditor",
    title: HOSTILE,
    detail: HOSTILE,
    path: HOSTILE,
    lines: { start: 1, end: 2 },
  } as const;
  const step = { name: HOSTILE, command: HOSTILE, exitCode: 1, durationMs: 1200, log: null, tail: HOSTILE } as const;
  return {
    ...run,
    phases: run.phases.map((phase) => ({
      ...phase,
      plan: { ...phase.plan, title: HOSTILE, category: HOSTILE, dependsOn: [1] },
      category: HOSTILE,
      raisedBecause: HOSTILE,
      approach: HOSTILE,
      feedback: HOSTILE,
      state: { kind: "failed", reason: HOSTILE, cause: "phases_failed" },
      candidate: phase.candidate === null ? null : { ...phase.candidate, summary: HOSTILE },
      verdict: {
        patch: phase.candidate?.patch ?? ("" as never),
        decision: "revise",
        confidence: "low",
        summary: HOSTILE,
        findings: [finding],
      },
      findings: [{ ...finding, source: "builder" }],
      acceptance: {
        verdict: "failed",
        score: 0,
        reason: HOSTILE,
        findings: [],
        results: [
          {
            name: HOSTILE,
            type: "custom",
            verdict: "failed",
            score: 0,
            weight: 1,
            required: true,
            expected: HOSTILE,
            got: HOSTILE,
            log: null,
            durationMs: 5,
          },
        ],
      },
      evidence: [
        {
          gate: "ci",
          conclusion: "failure",
          reason: HOSTILE,
          findings: [],
          steps: [
            { ...step, outcome: "failed" },
            { ...step, outcome: "passed" },
          ],
        },
      ],
      attempt: phase.attempt === null ? null : { ...phase.attempt, failure: { class: "checks", message: HOSTILE } },
    })),
  };
}

const ENTRY: BacklogEntry = {
  repository: "acme/widget",
  key: "k1",
  title: "a name says nothing",
  detail: "",
  path: "src/greet.ts",
  severity: "minor",
  source: "auditor",
  status: "open",
  age: { runs: 1, tiers: 1 },
  firstRun: RUN_ID,
  lastRun: RUN_ID,
  firstSeenAt: new Date(0),
  lastSeenAt: new Date(0),
  resolved: null,
  evidence: [{ run: RUN_ID, phase: `${RUN_ID}.1` as PhaseId, artifacts: [] }],
};

const ready = planReady({}, ["Greet", HOSTILE]);
if (ready.kind !== "plan_ready") throw new Error("the fixture makes a plan");
const READY: Planned = { ...ready, kind: "ready", ground: GROUND };

const GOLDEN: readonly [string, Answer, AnswerMaterial?][] = [
  ["refused", { kind: "refused", what: "/autopack cancel", by: "mallory", why: "it needs write access" }],
  ["refused-hostile", { kind: "refused", what: HOSTILE, by: "@mallory", why: HOSTILE }],
  [
    "not-understood",
    {
      kind: "not_understood",
      text: "/autopack retyr",
      message: "There is no command `retyr`.",
      suggestion: "/autopack retry",
    },
  ],
  [
    "not-understood-arguments",
    {
      kind: "not_understood",
      text: "/autopack skip 3",
      message: "`skip` needs `reason`.",
      suggestion: '/autopack skip 3 reason="x"',
    },
  ],
  [
    "not-understood-hostile",
    { kind: "not_understood", text: HOSTILE, message: "There is no such command.", suggestion: null },
  ],
  ["help", { kind: "help" }],
  ...commandNames.map((verb): [string, Answer] => [`help-${verb}`, { kind: "help", verb }]),
  ["pong", { kind: "pong" }, { runs: { live: 1, all: 12 } }],
  ["pong-first", { kind: "pong" }, { runs: { live: 0, all: 0 } }],
  ["status", { kind: "status", runId: RUN_ID }, of(waiting)],
  ["status-none", { kind: "status", runId: null }],
  ["status-held-hostile", { kind: "status", runId: RUN_ID }, of({ ...waiting, hold: HELD })],
  ["why", why, of({ ...waiting, ground: GROUND })],
  ["why-nothing", why, of({ ...after(promotable()), ground: { ...GROUND, rules: null, codeOwners: [], notes: [] } })],
  ["why-building", why, of(after(planned()))],
  ["why-failed", why, of(failed)],
  ["why-config", why, of(after(refused("config_invalid", HOSTILE)))],
  [
    "why-decisions",
    why,
    of({
      ...waiting,
      hold: HELD,
      edited: { by: "@mallory", title: HOSTILE, body: HOSTILE },
      closing: { by: "@mallory", epoch: 1, closed: true },
      mergeRefusal: { sha: waiting.head ?? ("" as never), message: HOSTILE },
    }),
  ],
  ["why-paused", why, of({ ...waiting, hold: { kind: "person", how: "pause", by: "@mallory", reason: HOSTILE } })],
  [
    "why-budget",
    why,
    of({
      ...after(planned()),
      hold: {
        kind: "budget",
        phaseId: null,
        shortage: { level: "run", measure: "tokens", cap: 5, spent: 5, missing: 2 },
      },
    }),
  ],
  ["why-ended", why, of({ ...waiting, state: { kind: "cancelled", by: "@mallory", why: "command" } })],
  ["why-none", { kind: "why", runId: null }],
  ["explain-landed", explain(1), of(failed)],
  ["explain-failed", explain(2), of(failed)],
  ["explain-queued", explain(2), of(after(planned()))],
  ["explain-hostile", explain(2), of(hostilePhase(failed))],
  ["explain-gone", explain(9), of(failed)],
  ["backlog-empty", { kind: "backlog" }, { backlog: [] }],
  [
    "backlog",
    { kind: "backlog" },
    {
      backlog: [
        ENTRY,
        {
          ...ENTRY,
          title: HOSTILE,
          path: HOSTILE,
          severity: "major",
          status: "needs_cleanup",
          age: { runs: 3, tiers: 4 },
          lastRun: HOSTILE as RunId,
        },
      ],
    },
  ],
  [
    "accepted-budget",
    accepted({ kind: "budget", extra: { tokens: 500_000, cost_usd: 2.5 } }),
    of({ ...waiting, extraBudget: { tokens: 500_000, cost_usd: 2.5 } }),
  ],
  [
    "accepted-budget-held",
    accepted({ kind: "budget", extra: { tokens: 1 } }),
    of({ ...waiting, extraBudget: { tokens: 1 }, hold: HELD }),
  ],
  ...(["people", "autopack", "on_command", "github", "queue"] as const).map(
    (merge): [string, Answer, AnswerMaterial] => [
      `accepted-promote-${merge}`,
      accepted({ kind: "promote" }),
      merging(merge),
    ],
  ),
  [
    "plan",
    { kind: "plan", title: "Greet", body: "", wishes: NO_WISHES },
    { preview: { wishes: { ...NO_WISHES, base: HOSTILE }, waves: [], planned: READY } },
  ],
  [
    "plan-refused",
    { kind: "plan", title: "Greet", body: "", wishes: NO_WISHES },
    {
      preview: {
        wishes: NO_WISHES,
        waves: [],
        planned: {
          kind: "refused",
          base: null,
          reason: "plan_invalid",
          message: HOSTILE,
          problems: [{ path: HOSTILE, line: 1, column: 1, message: HOSTILE }],
        },
      },
    },
  ],
];

test.each(GOLDEN)("answer %s", async (name, answer, material = {}) => {
  const { body } = answerBody(answer, material);
  expect(body).not.toBeNull();
  expect(body?.length).toBeLessThan(65_000);
  await expect(body).toMatchFileSnapshot(`../../fixtures/answers/${name}.md`);
});

test.each(GOLDEN)("answer %s repeats nothing that acts", (_, answer, material = {}) => {
  const body = answerBody(answer, material).body ?? "";
  expect(parseCommands(body, { slug: "autopack", bare: true })).toEqual([]);
  const shown = body.replaceAll(/^```+[^\n]*\n.*?\n```+$/gms, "").replaceAll(/(`+)(?!`).*?(?<!`)\1(?!`)/g, "");
  expect(shown).not.toMatch(/@\w|#12\b|(?<!\\)<img|\]\(https:\/\/evil|(?<!\\)<!-- autopack/);
});

test("what the status comment shows needs no comment of its own", () => {
  expect(answerBody({ kind: "started", runId: RUN_ID }, {})).toEqual({ reaction: "rocket", body: null });
  expect(answerBody(accepted(undefined), {})).toEqual({ reaction: "+1", body: null });
});

test("a long story is cut", () => {
  const [first, second] = failed.phases;
  const tail = "x".repeat(5000);
  const step = { name: "t", command: "t", outcome: "failed", exitCode: 1, durationMs: 1, log: null, tail } as const;
  const evidence = [
    { gate: "ci", conclusion: "failure", reason: "", findings: [], steps: Array.from({ length: 90 }, () => step) },
  ] as const;
  const run = {
    ...failed,
    phases: [first, second].flatMap((phase) => (phase === undefined ? [] : [{ ...phase, evidence }])),
  };
  const body = answerBody(explain(2), of(run)).body ?? "";
  expect(body.length).toBeLessThan(60_500);
  expect(body).toMatch(/… cut; /);
});

function reactionTo(answer: Answer): string {
  return answerBody(answer, {}).reaction;
}

test("each outcome has its reaction", () => {
  expect(reactionTo({ kind: "refused", what: "x", by: "y", why: "z" })).toBe("-1");
  expect(reactionTo({ kind: "not_understood", text: "x", message: "y", suggestion: null })).toBe("confused");
  for (const answer of [{ kind: "help" }, { kind: "pong" }, { kind: "backlog" }, why, explain(1)] as const)
    expect(reactionTo(answer)).toBe("+1");
});
