import { estimate } from "../../src/domain/budget/estimate.ts";
import type { RunEvent } from "../../src/domain/event.ts";
import type { ArtifactId, AttemptId, PhaseId, RunId, Sha, TreeId } from "../../src/domain/ids.ts";
import type { Candidate, Verdict } from "../../src/domain/phase.ts";
import type { PlannedPhase } from "../../src/domain/plan.ts";
import { newRun } from "../../src/domain/run.ts";
import type { Run } from "../../src/domain/run.ts";
import type { AgentSettings, Settings } from "../../src/domain/settings.ts";
import { compileStrategy } from "../../src/domain/strategy/compileStrategy.ts";
import type { StrategyOverrides } from "../../src/domain/strategy/overrides.ts";
import type { Strategy } from "../../src/domain/strategy/strategy.ts";
import { NO_USAGE } from "../../src/domain/usage.ts";
import { NO_WISHES } from "../../src/domain/wishes.ts";
import { input, NO_OVERRIDES } from "./strategy/strategyInput.ts";

export const RUN_ID = "7-k3f9x2ab" as RunId;

/** What the attempts of these runs are done by; a database needs `saveFixtureSpec` first. */
export const AGENT_SPEC = "e".repeat(64);

/** A commit, tree or artifact named by one hex digit. */
export function sha(digit: string): Sha {
  return digit.repeat(40).slice(0, 40) as Sha;
}

export function tree(digit: string): TreeId {
  return sha(digit) as string as TreeId;
}

export function artifact(digit: string): ArtifactId {
  return digit.repeat(64).slice(0, 64) as ArtifactId;
}

function agent(attempts: number): AgentSettings {
  const limits = {
    attempts,
    timeoutMs: 60_000,
    memoryBytes: 2 ** 30,
    processes: 100,
    outputBytes: 2 ** 20,
    turns: null,
    diskBytes: 2 ** 34,
  };
  return { backend: "command", model: null, failover: [], command: ["true"], env: {}, limits };
}

/** A compiled strategy; what is given goes over the configuration of the fixture. */
export function strategy(overrides: Partial<StrategyOverrides> = {}): Strategy {
  const compiled = compileStrategy(input(overrides));
  return { ...compiled, hash: "f".repeat(64) };
}

/** The rules as a configuration has them that says nothing of them. */
export const GATES: Settings["gates"] = {
  levels: {
    tampering: "block",
    secrets: "block",
    dependencies: "block",
    licence: "block",
    size: "block",
    revert: "block",
    unplanned: "block",
  },
  licence: null,
  secretsAllowed: { fingerprints: [], files: [] },
};

export const SETTINGS: Settings = {
  gates: GATES,
  baseBranch: "main",
  builder: agent(3),
  planner: null,
  auditor: agent(2),
  otherAuditors: [],
  finalAudit: "never",
  minCatchRate: null,
  investigator: null,
  fallbackBuilder: null,
  alternatives: {},
  auditRounds: 2,
  reviewRounds: 3,
  closeGraceMs: 600_000,
  planApproval: false,
  minReadiness: 0,
  preflight: [{ name: "lint", run: "npm run lint", timeoutMs: 60_000, flaky: false }],
  ci: [{ name: "test", run: "npm test", timeoutMs: 60_000, flaky: false }],
  ciStrict: [],
  ciChecks: [],
  ciStrictChecks: [],
  install: [],
  paths: { protected: [], allowed: null, generated: [], maxFileBytes: 2 ** 20, maxFiles: 100, maxChangedLines: 1000 },
  promotion: { approvals: 0, merge: "people", ready: "auto", method: "merge" },
  prompts: {},
  strategy: NO_OVERRIDES,
  backlog: { cleanUp: false },
  bareCommands: true,
};

export function plannedPhase(title: string, more: Partial<PlannedPhase> = {}): PlannedPhase {
  return {
    title,
    tier: "Tier 1",
    category: "feature_scaffolding",
    instructions: title,
    acceptance: [],
    spec: null,
    files: [],
    impacts: [],
    dependsOn: [],
    priority: 2,
    complexity: null,
    ...more,
  };
}

export function queuedRun(): Run {
  return newRun({
    id: RUN_ID,
    repository: { id: 101, installationId: 7, owner: "acme", name: "widget", isPrivate: false, defaultBranch: "main" },
    request: { issueNumber: 7, title: "Greet", body: "", requester: "alice", wishes: NO_WISHES },
  });
}

export function planReady(settings: Partial<Settings> = {}, titles: readonly string[] = ["Greet"]): RunEvent {
  return planOf(
    titles.map((title) => plannedPhase(title)),
    { settings },
  );
}

export function planOf(
  phases: readonly PlannedPhase[],
  more: { readonly settings?: Partial<Settings>; readonly strategy?: Strategy } = {},
): RunEvent {
  const compiled = more.strategy ?? strategy();
  return {
    kind: "plan_ready",
    base: { branch: "main", sha: sha("a") },
    settings: { ...SETTINGS, ...more.settings },
    configHash: "cafe",
    strategy: compiled,
    plan: { source: "issue", phases },
    quote: estimate([], { strategy: compiled, phases }),
    agedFindings: [],
    ground: { rules: null, codeOwners: [], notes: [] },
  };
}

export function candidate(digit: string, base: Sha = sha("a")): Candidate {
  return {
    base,
    tree: tree(digit),
    patch: artifact(digit),
    patchBase: base,
    summary: "",
    filesChanged: 1,
    linesAdded: 1,
    linesDeleted: 0,
    touched: [],
    patchId: digit,
    inversePatchId: `not ${digit}`,
    builtAt: "2026-01-02T03:04:05.000Z",
  };
}

export function built(attemptId: string, made: Candidate): RunEvent {
  return {
    kind: "phase_built",
    attemptId: attemptId as AttemptId,
    candidate: made,
    findings: [],
    raised: null,
    log: null,
    usage: NO_USAGE,
  };
}

export function checked(phaseId: string, made: Candidate, conclusion: "success" | "failure" = "success"): RunEvent {
  const evidence = (["preflight", "ci"] as const).map((gate) => ({
    gate,
    conclusion,
    reason: "",
    steps: [],
    findings: [],
  }));
  if (conclusion === "success")
    return { kind: "checks_passed", phaseId: phaseId as PhaseId, candidate: made, evidence, acceptance: null };
  return {
    kind: "checks_failed",
    phaseId: phaseId as PhaseId,
    candidate: made,
    evidence,
    acceptance: null,
    failure: { class: "checks", message: "npm test exited with 1" },
  };
}

export function audited(attemptId: string, verdict: Pick<Verdict, "patch" | "decision">): RunEvent {
  const whole: Verdict = { confidence: "high", summary: "looked at it", findings: [], ...verdict };
  return { kind: "audit_finished", attemptId: attemptId as AttemptId, verdict: whole, log: null, usage: NO_USAGE };
}

export function attemptFailed(attemptId: string, message = "exited with 1"): RunEvent {
  return {
    kind: "attempt_failed",
    attemptId: attemptId as AttemptId,
    outcome: "failed",
    failure: { class: "agent", message },
    log: null,
    usage: NO_USAGE,
  };
}

export function started(attemptId: string, workerId = "w1"): RunEvent {
  return {
    kind: "attempt_started",
    attemptId: attemptId as AttemptId,
    workerId,
    agentSpec: AGENT_SPEC,
    acceptanceSpec: null,
    grant: {},
  };
}
