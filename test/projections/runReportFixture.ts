import type { AcceptanceResult } from "../../src/domain/acceptance/acceptance.ts";
import type { Attempt } from "../../src/domain/attempt.ts";
import type { Amounts, Level } from "../../src/domain/budget/budget.ts";
import type { Finding } from "../../src/domain/finding.ts";
import type { GateEvidence } from "../../src/domain/gate.ts";
import type { ArtifactId, AttemptId, PhaseId, RunId, Sha, TreeId } from "../../src/domain/ids.ts";
import type { Candidate, Phase, PhaseState } from "../../src/domain/phase.ts";
import { newRun } from "../../src/domain/run.ts";
import type { Run } from "../../src/domain/run.ts";
import { NO_WISHES } from "../../src/domain/wishes.ts";
import type { RunFacts } from "../../src/projections/runReport.ts";
import { queuedPhase } from "../../src/domain/queuedPhase.ts";
import { plannedPhase, strategy } from "../domain/runFixture.ts";

export const ID = "42-k3f9x2ab" as RunId;

/** A title that tries what somebody could want a terminal to do. */
const HOSTILE = "Greet\u001B[2J\u0007 the ‮world\nand more";

export function sha(digit: string): Sha {
  return digit.repeat(40).slice(0, 40) as Sha;
}

function attempt(ordinal: number, number: number, more: Partial<Attempt> = {}): Attempt {
  return {
    id: `${ID}.${ordinal}.${number}` as AttemptId,
    number,
    role: "builder",
    state: "completed",
    workerId: "w1",
    base: sha("a"),
    agentSpec: "12ab34cd".repeat(8),
    acceptanceSpec: null,
    grant: null,
    waits: 0,
    agentVersion: null,
    failure: null,
    log: "f".repeat(64) as ArtifactId,
    usage: { inputTokens: 12_000, outputTokens: 345, costUsd: 0.4231, turns: 7 },
    ...more,
  };
}

const candidate: Candidate = {
  base: sha("a"),
  tree: sha("e") as string as TreeId,
  patch: "d".repeat(64) as ArtifactId,
  patchBase: sha("a"),
  summary: "greets by name",
  filesChanged: 3,
  linesAdded: 40,
  linesDeleted: 2,
  touched: [
    { path: "src/greet.ts", operation: "update" },
    { path: "test/greet.test.ts", operation: "create" },
    { path: "src/old.ts", operation: "delete" },
  ],
  patchId: "",
  inversePatchId: "",
  builtAt: "2026-01-02T03:04:05.000Z",
};

const finding: Finding = {
  severity: "major",
  source: "auditor",
  title: "`name` is not escaped",
  detail: "",
  path: "src/greet.ts",
  lines: { start: 3, end: 4 },
};

const gates: readonly GateEvidence[] = (["preflight", "ci"] as const).map((gate) => ({
  gate,
  conclusion: gate === "ci" ? "failure" : "success",
  reason: gate === "ci" ? "`npm test` failed" : "the patch is fit",
  steps: [],
  findings: [],
}));

const acceptance: AcceptanceResult = {
  verdict: "failed",
  score: 0.5,
  reason: "1 of 2 validators failed",
  findings: [],
  results: [
    {
      name: "tests",
      type: "test_pass",
      verdict: "passed",
      score: 1,
      weight: 1,
      required: true,
      expected: "exit code 0",
      got: "exit code 0",
      log: "ab".repeat(32) as ArtifactId,
      durationMs: 1234,
    },
    {
      name: "changelog",
      type: "file_exists",
      verdict: "failed",
      score: 0,
      weight: 1,
      required: false,
      expected: "CHANGELOG.md exists",
      got: "it does not",
      log: null,
      durationMs: 1,
    },
  ],
};

function phase(ordinal: number, state: PhaseState, more: Partial<Phase> = {}): Phase {
  const tier = ordinal < 3 ? 1 : 2;
  const plan = plannedPhase(`Part ${ordinal}`, {
    tier: tier === 1 ? "Core" : "Polish",
    category: "docs",
    instructions: "",
  });
  return { ...queuedPhase(ID, { plan, ordinal, tier }), state, ...more };
}

/** Three phases in two tiers: one landed, one failing again and again, one waiting; held, as its tokens are used up. */
export function buildingRun(changes: Partial<Run> = {}): Run {
  const request = { issueNumber: 42, title: HOSTILE, body: "", requester: "alice", wishes: NO_WISHES };
  const repository = {
    id: 101,
    installationId: 7,
    owner: "acme",
    name: "widget",
    isPrivate: false,
    defaultBranch: "main",
  };
  return {
    ...newRun({ id: ID, repository, request }),
    state: { kind: "building" },
    base: { branch: "main", sha: sha("a") },
    head: sha("b"),
    strategy: { ...strategy(), hash: "5".repeat(64) },
    quote: {
      total: {
        tokens: { p50: 800_000, p90: 1_500_000 },
        costUsd: { p50: 2.5, p90: 6 },
        seconds: { p50: 900, p90: 2400 },
      },
      phases: [],
    },
    extraBudget: { tokens: 500_000 },
    hold: {
      kind: "budget",
      phaseId: `${ID}.2` as PhaseId,
      shortage: { level: "run", measure: "tokens", cap: 5_500_000, spent: 5_400_000, missing: 20_000 },
    },
    tiers: [
      {
        ordinal: 1,
        title: "Core",
        state: "in_progress",
        cleanliness: null,
        reasons: [],
      },
      { ordinal: 2, title: "Polish", state: "pending", cleanliness: null, reasons: [] },
    ],
    pull: { number: 8, nodeId: "PR_8", draft: true },
    gates: [{ ...gates[0], sha: sha("b") } as Run["gates"][number]],
    phases: [
      phase(
        1,
        { kind: "complete", sha: sha("b"), landing: 1 },
        {
          category: "schema_contract_change",
          raisedBecause: "migrations/1_users.ts was touched",
          pastAttempts: [attempt(1, 1)],
          attempt: attempt(1, 2, {
            role: "auditor",
            usage: { inputTokens: 900, outputTokens: 90, costUsd: 0.02, turns: 1 },
          }),
          candidate,
          evidence: gates,
          verdict: {
            patch: candidate.patch,
            decision: "approve",
            confidence: "high",
            summary: "does what the plan says",
            findings: [finding],
          },
        },
      ),
      phase(
        2,
        { kind: "building" },
        {
          retryAttempt: 2,
          escalationLevel: 1,
          pastAttempts: [
            attempt(2, 1, {
              state: "failed",
              failure: { class: "agent", message: "exited with 1:\nnot\u001B[31m ok" },
            }),
            attempt(2, 2),
          ],
          attempt: attempt(2, 3, { state: "running", waits: 1 }),
          acceptance,
          approach: "Look at the parser first.",
        },
      ),
      phase(3, { kind: "skipped", reason: "phase 2, “Part 2”, failed", cause: "dependency" }),
    ],
    ...changes,
  };
}

function line(
  level: Level,
  ordinal: number | null,
  ...[spent, caps]: readonly [Amounts, Amounts]
): RunFacts["spend"][number] {
  return { level, ordinal, spent, reserved: level === "run" ? { tokens: 200_000 } : {}, caps };
}

function at(time: string): Date {
  return new Date(`2026-01-02T${time}Z`);
}

export function factsOf(run: Run, changes: Partial<RunFacts> = {}): RunFacts {
  return {
    run,
    createdAt: at("08:00:00"),
    updatedAt: at("08:30:00"),
    endedAt: null,
    readAt: at("08:31:00"),
    spend: [
      line(
        "run",
        null,
        { tokens: 5_400_000, cost_usd: 4.2, turns: 88, seconds: 700 },
        { tokens: 5_500_000, cost_usd: 10 },
      ),
      line("issue", null, { tokens: 6_400_000 }, { tokens: 15_500_000 }),
      line("day", null, { tokens: 7_000_000, cost_usd: 12.5 }, { cost_usd: 50 }),
      line("tier", 1, { tokens: 5_400_000 }, { tokens: 6_000_000 }),
      line("phase", 2, { tokens: 400_000, cost_usd: 3 }, { tokens: 700_000 }),
    ],
    attemptTimes: [
      { id: `${ID}.1.1`, startedAt: at("08:01:00"), finishedAt: at("08:02:12") },
      { id: `${ID}.1.2`, startedAt: at("08:02:20"), finishedAt: at("08:02:30") },
      { id: `${ID}.2.3`, startedAt: at("08:30:00"), finishedAt: null },
    ],
    waves: [
      {
        number: 1,
        tier: 1,
        state: "running",
        base: sha("a"),
        phases: [1, 2],
        complete: 1,
        failed: 0,
        atWork: 1,
        startedAt: at("08:01:00"),
        endedAt: null,
      },
      {
        number: 2,
        tier: 2,
        state: "pending",
        base: null,
        phases: [3],
        complete: 0,
        failed: 0,
        atWork: 0,
        startedAt: null,
        endedAt: null,
      },
    ],
    failures: [
      {
        phaseId: `${ID}.2`,
        number: 1,
        class: "agent",
        errorKey: "exited",
        tree: "t1",
        errorChanged: null,
        treeChanged: null,
      },
      {
        phaseId: `${ID}.2`,
        number: 2,
        class: "checks",
        errorKey: "exited",
        tree: "t1",
        errorChanged: false,
        treeChanged: false,
      },
    ],
    apiCalls: { calls: 27, conditional: 4 },
    checkpoints: [
      { landing: 1, sha: sha("b"), at: at("08:03:00") },
      { landing: 2, sha: sha("c"), at: at("08:04:00") },
    ],
    events: [
      {
        seq: 1,
        kind: "run_created",
        at: at("08:00:00"),
        payload: { title: HOSTILE, requester: "alice" },
        truncated: false,
      },
      {
        seq: 2,
        kind: "attempt_failed",
        at: at("08:29:00"),
        payload: {
          attemptId: `${ID}.2.1`,
          outcome: "failed",
          failure: { class: "agent", message: "exited with 1:\nnot\u001B[31m ok" },
        },
        truncated: false,
      },
      {
        seq: 3,
        kind: "checks_failed",
        at: at("08:29:30"),
        payload: { phaseId: `${ID}.2`, head: '{"phaseId"' },
        truncated: true,
      },
      {
        seq: 4,
        kind: "rollback_requested",
        at: at("08:30:00"),
        payload: { by: "cli:root", to: sha("a") },
        truncated: false,
      },
    ],
    ...changes,
  };
}
