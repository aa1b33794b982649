import type { RunEvent } from "../../src/domain/event.ts";
import type { GateEvidence } from "../../src/domain/gate.ts";
import type { AttemptId, PhaseId } from "../../src/domain/ids.ts";
import type { Run } from "../../src/domain/run.ts";
import type { Settings } from "../../src/domain/settings.ts";
import { transition } from "../../src/domain/transition.ts";
import { NO_USAGE } from "../../src/domain/usage.ts";
import type { RunView } from "../../src/projections/runView.ts";
import { attemptFailed, built, candidate, planReady, queuedRun, RUN_ID, sha, started } from "../domain/runFixture.ts";

/** A text that tries everything an issue's author could want Autopack to repeat. */
export const HOSTILE =
  "@acme/owners fixes #12 <img src=x onerror=alert(1)> [click](https://evil.example) | `a | b` <!-- autopack:end --> /autopack approve";

export function after(events: readonly RunEvent[], run: Run = queuedRun()): Run {
  return events.reduce((now, event) => transition(now, event).run, run);
}

export function viewOf(run: Run, changes: Partial<RunView> = {}): RunView {
  return {
    run,
    spend: {
      usage: { inputTokens: 12_345, outputTokens: 678, costUsd: 0.4231, turns: 9 },
      meteredTokens: 0,
      attempts: 4,
      agentMs: 200_400,
      apiCalls: 27,
    },
    forecast: [],
    isolation: "bubblewrap",
    starterConfig: "version: 1\n",
    webUrl: "https://github.com",
    ...changes,
  };
}

function phaseOf(ordinal: number): PhaseId {
  return `${RUN_ID}.${ordinal}` as PhaseId;
}

export function attemptOf(ordinal: number, number: number): AttemptId {
  return `${phaseOf(ordinal)}.${number}` as AttemptId;
}

export const EVIDENCE: readonly GateEvidence[] = [
  {
    gate: "preflight",
    conclusion: "success",
    reason: "the patch is fit and 1 command passed",
    findings: [],
    steps: [
      { name: "lint", command: "npm run lint", outcome: "passed", exitCode: 0, durationMs: 850, log: null, tail: "" },
    ],
  },
  {
    gate: "ci",
    conclusion: "success",
    reason: "1 command passed",
    findings: [],
    steps: [
      {
        name: "test",
        command: "npm test",
        outcome: "passed",
        exitCode: 0,
        durationMs: 12_400,
        log: null,
        tail: "\u001B[32mok 1\u001B[0m greets\n1 passed\n",
      },
    ],
  },
];

const RED: readonly GateEvidence[] = EVIDENCE.map((item) =>
  item.gate === "ci"
    ? {
        ...item,
        conclusion: "failure",
        reason: "`test` failed",
        steps: item.steps.map((step) => ({ ...step, outcome: "failed", exitCode: 1, tail: "not ok 1 ```greets```\n" })),
      }
    : item,
);

/** What a phase takes from its Builder to the branch. `digit` names its commit. */
export function landing(ordinal: number, digit: string, base = sha("a")): readonly RunEvent[] {
  const made = { ...candidate(digit, base), summary: `wrote part ${ordinal}`, filesChanged: 2, linesAdded: 10 };
  return [
    started(attemptOf(ordinal, 1)),
    built(attemptOf(ordinal, 1), made),
    { kind: "checks_passed", phaseId: phaseOf(ordinal), candidate: made, acceptance: null, evidence: EVIDENCE },
    started(attemptOf(ordinal, 2)),
    {
      kind: "audit_finished",
      attemptId: attemptOf(ordinal, 2),
      log: null,
      usage: NO_USAGE,
      verdict: {
        patch: made.patch,
        decision: "approve",
        confidence: "high",
        summary: "does what the plan says",
        findings: [
          {
            severity: "minor",
            source: "auditor",
            title: `a name in part ${ordinal}`,
            detail: "`x` says nothing; @acme/owners",
            path: "src/greet.ts",
            lines: { start: 3, end: 4 },
          },
          { severity: "minor", source: "auditor", title: "no changelog entry", detail: "", path: null, lines: null },
        ],
      },
    },
    { kind: "phase_integrated", phaseId: phaseOf(ordinal), sha: sha(digit) },
  ];
}

export function planned(settings: Partial<Settings> = {}, titles = ["Greet", "Say goodbye"]): readonly RunEvent[] {
  return [{ kind: "planning_started" }, planReady(settings, titles)];
}

export const VERIFIED: RunEvent = {
  kind: "gates_verified",
  head: sha("c"),
  base: sha("a"),
  conflicts: [],
  evidence: EVIDENCE,
};

export const OPENED: RunEvent = { kind: "pull_opened", pull: { number: 8, nodeId: "PR_8", draft: true } };

/** Both phases on the branch, the pull request open. */
export function landed(settings: Partial<Settings> = {}): readonly RunEvent[] {
  return [...planned(settings), ...landing(1, "b"), OPENED, ...landing(2, "c", sha("b"))];
}

export function promotable(settings: Partial<Settings> = {}): readonly RunEvent[] {
  return [...landed(settings), VERIFIED, { kind: "pull_readied" }];
}

export function refused(
  reason: "config_missing" | "config_invalid" | "plan_invalid",
  message: string,
  problems: Extract<RunEvent, { kind: "plan_refused" }>["problems"] = [],
): readonly RunEvent[] {
  const base = { branch: "main", sha: sha("a") };
  return [{ kind: "planning_started" }, { kind: "plan_refused", base, reason, message, problems }];
}

const failing = candidate("d", sha("b"));
const redChecks = (number: number): readonly RunEvent[] => [
  started(attemptOf(2, number)),
  built(attemptOf(2, number), { ...failing, tree: candidate(String(number), sha("b")).tree }),
  {
    kind: "checks_failed",
    phaseId: phaseOf(2),
    candidate: failing,
    evidence: RED,
    acceptance: null,
    failure: { class: "checks", message: `npm test exited with 1:\n\nnot ok 1 ${HOSTILE}\n` },
  },
];

/** The first phase landed; the second one's Builder crashed once and failed the tests twice. */
export const exhausted: readonly RunEvent[] = [
  ...planned(),
  ...landing(1, "b"),
  OPENED,
  started(attemptOf(2, 1)),
  attemptFailed(attemptOf(2, 1)),
  ...redChecks(2),
  ...redChecks(3),
];
