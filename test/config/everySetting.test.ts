import { expect, test } from "vitest";
import { readConfig } from "../../src/config/readConfig.ts";

function settingsOf(text: string) {
  const result = readConfig([{ path: ".github/autopack.yml", text }], { defaultBranch: "main" });
  if (result.kind !== "ok") throw new Error(`not valid: ${JSON.stringify(result)}`);
  return result.settings;
}

const MINIMAL = `
version: 1
agents:
  builder: { backend: command, command: ./build }
  auditor: { backend: command, command: [./audit, --strict] }
`;

const USUAL_LIMITS = {
  attempts: null,
  timeoutMs: null,
  turns: null,
  memoryBytes: 2 ** 32,
  processes: 512,
  outputBytes: 20 * 1024 ** 2,
  diskBytes: 10 * 1024 ** 3,
};

test("everything said is in the settings", () => {
  const settings = settingsOf(`
version: 1
base_branch: release/2.x
agents:
  builder:
    backend: command
    command: |
      set -e
      ./build
    env: { CI: "1" }
    limits: { attempts: 1, seconds: 60, turns: 9, memory_mb: 512, processes: 64, output_mb: 1 }
  fallback_builder: { backend: command, command: [./scripts/stronger] }
  planner: { backend: codex, model: gpt-5-codex, failover: [azure/gpt-5] }
  investigator: { backend: command, command: [./scripts/look], limits: { seconds: 300 } }
  alternatives: { second: { backend: command, command: [./scripts/second] } }
plan: { approval: true, min_readiness: 70 }
preflight: [npm run lint, { name: types, run: npx tsc, timeout_seconds: 300 }]
ci: { normal: [{ run: "\\n  npm test\\n  npm run e2e" }], strict: [npm run e2e] }
install: [npm ci]
strategy:
  profile: normal
  max_parallel: 2
  max_phases: 10
  categories:
    docs: { ci: strict, attempts: { builder: 4 }, tokens: 100000, may_land_unaudited: false, auditor_profile: prose_review }
    tuning: { complexity: low, finding_severity: minor, builder_mode: tweak_light, task_type: custom }
  aliases: { wording: docs }
budgets:
  phase: { tokens: 300000 }
  run: { tokens: 2000000, cost_usd: 12.5, ci_runs: 40 }
  day: { cost_usd: 50 }
  on_exhausted: fail
backlog: { clean_up: true, age: { runs: 4 }, minor_findings_per_phase: { tier: 1, run: 2 } }
paths: { protected: [db/**], allowed: [src/**], generated: ["*.lock"], max_file_kb: 1, max_files: 2, max_changed_lines: 3 }
promotion: { approvals: 1, auto_merge: queue, ready: on_command, method: squash }
reviews: { rounds: 1 }
triggers: { close_grace_minutes: 0 }
audit: { required: false, rounds: 0, final: always, min_catch_rate: 0.7 }
commands: { bare: false }
`);
  expect(settings).toEqual({
    baseBranch: "release/2.x",
    builder: {
      backend: "command",
      model: null,
      failover: [],
      command: ["sh", "-c", "set -e\n./build\n"],
      env: { CI: "1" },
      limits: {
        attempts: 1,
        timeoutMs: 60_000,
        memoryBytes: 512 * 1024 ** 2,
        processes: 64,
        outputBytes: 1024 ** 2,
        diskBytes: 10 * 1024 ** 3,
        turns: 9,
      },
    },
    planner: {
      backend: "codex",
      model: { provider: "openai", model: "gpt-5-codex" },
      failover: [{ provider: "azure", model: "gpt-5" }],
      command: [],
      env: {},
      limits: USUAL_LIMITS,
    },
    fallbackBuilder: {
      backend: "command",
      model: null,
      failover: [],
      command: ["./scripts/stronger"],
      env: {},
      limits: USUAL_LIMITS,
    },
    investigator: {
      backend: "command",
      model: null,
      failover: [],
      command: ["./scripts/look"],
      env: {},
      limits: { ...USUAL_LIMITS, timeoutMs: 300_000 },
    },
    alternatives: {
      second: {
        backend: "command",
        model: null,
        failover: [],
        command: ["./scripts/second"],
        env: {},
        limits: USUAL_LIMITS,
      },
    },
    auditor: null,
    otherAuditors: [],
    finalAudit: "always",
    minCatchRate: 0.7,
    auditRounds: 0,
    reviewRounds: 1,
    closeGraceMs: 0,
    planApproval: true,
    minReadiness: 70,
    preflight: [
      { name: "npm run lint", run: "npm run lint", timeoutMs: 60_000, flaky: false },
      { name: "types", run: "npx tsc", timeoutMs: 300_000, flaky: false },
    ],
    ci: [{ name: "npm test", run: "\n  npm test\n  npm run e2e", timeoutMs: 60_000, flaky: false }],
    ciStrict: [{ name: "npm run e2e", run: "npm run e2e", timeoutMs: 60_000, flaky: false }],
    ciChecks: [],
    ciStrictChecks: [],
    install: [{ name: "npm ci", run: "npm ci", timeoutMs: 60_000, flaky: false }],
    strategy: {
      profile: "normal",
      maxParallel: 2,
      maxPhases: 10,
      categories: {
        docs: {
          ciProfile: "strict",
          attempts: { builder: 4 },
          tokens: 100_000,
          mayLandUnaudited: false,
          auditorProfile: "prose_review",
        },
        tuning: {
          attempts: {},
          complexity: "low",
          findingSeverity: "minor",
          builderMode: "tweak_light",
          taskType: "custom",
        },
      },
      aliases: { wording: "docs" },
      budgets: {
        phase: { tokens: 300_000 },
        run: { tokens: 2_000_000, cost_usd: 12.5, ci_runs: 40 },
        day: { cost_usd: 50 },
      },
      onExhausted: "fail",
      minorFindingsPerPhase: { tier: 1, run: 2 },
      ageing: { runs: 4, tiers: null },
      audit: "every_phase",
    },
    backlog: { cleanUp: true },
    paths: {
      protected: ["db/**", "scripts/stronger", "scripts/look", "scripts/second"],
      allowed: ["src/**"],
      generated: ["*.lock"],
      maxFileBytes: 1024,
      maxFiles: 2,
      maxChangedLines: 3,
    },
    promotion: { approvals: 1, merge: "queue", ready: "on_command", method: "squash" },
    bareCommands: false,
    prompts: {},
    gates: settingsOf(MINIMAL).gates,
  });
});
