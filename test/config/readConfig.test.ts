import { readdir, readFile } from "node:fs/promises";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { configJsonSchema } from "../../src/config/configJsonSchema.ts";
import { readConfig } from "../../src/config/readConfig.ts";
import type { ConfigResult } from "../../src/config/readConfig.ts";
import { starterConfig } from "../../src/config/starterConfig.ts";

const PATH = ".github/autopack.yml";
const fixtures = new URL("../../fixtures/config/", import.meta.url);

function read(text: string): ConfigResult {
  return readConfig([{ path: PATH, text }], { defaultBranch: "main" });
}

function settingsOf(text: string) {
  const result = read(text);
  if (result.kind !== "ok") throw new Error(`not valid: ${JSON.stringify(result)}`);
  return result.settings;
}

function complaints(result: ConfigResult): string {
  if (result.kind !== "invalid") return result.kind;
  return result.problems.map(({ line, column, message }) => `${line}:${column} ${message}\n`).join("");
}

const MINIMAL = `
version: 1
agents:
  builder: { backend: command, command: ./build }
  auditor: { backend: command, command: [./audit, --strict] }
`;

describe("files", () => {
  test("none, or only others", () => {
    expect(readConfig([], { defaultBranch: "main" })).toEqual({ kind: "missing" });
    const elsewhere = [{ path: "autopack.yml", text: MINIMAL }];
    expect(readConfig(elsewhere, { defaultBranch: "main" })).toEqual({ kind: "missing" });
  });

  test("two are one too many", () => {
    const files = [PATH, ".github/autopack.yaml"].map((path) => ({ path, text: MINIMAL }));
    expect(readConfig(files, { defaultBranch: "main" })).toEqual({
      kind: "two_files",
      paths: [PATH, ".github/autopack.yaml"],
    });
    expect(readConfig(files.slice(1), { defaultBranch: "main" }).kind).toBe("ok");
  });

  test("the hash is that of the text", () => {
    expect(read(MINIMAL)).toMatchObject({ hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(read(MINIMAL)).toEqual(read(MINIMAL));
    expect(read(`${MINIMAL}# more`)).not.toEqual(read(MINIMAL));
  });
});

describe("settings", () => {
  test("defaults", () => {
    expect(settingsOf(MINIMAL)).toMatchInlineSnapshot(`
      {
        "alternatives": {},
        "auditRounds": 2,
        "auditor": {
          "backend": "command",
          "command": [
            "./audit",
            "--strict",
          ],
          "env": {},
          "limits": {
            "attempts": null,
            "memoryBytes": 4294967296,
            "outputBytes": 20971520,
            "processes": 512,
            "timeoutMs": null,
          },
        },
        "backlog": {
          "cleanUp": false,
        },
        "bareCommands": true,
        "baseBranch": "main",
        "builder": {
          "backend": "command",
          "command": [
            "sh",
            "-c",
            "./build",
          ],
          "env": {},
          "limits": {
            "attempts": null,
            "memoryBytes": 4294967296,
            "outputBytes": 20971520,
            "processes": 512,
            "timeoutMs": null,
          },
        },
        "ci": [],
        "ciChecks": [],
        "ciStrict": [],
        "ciStrictChecks": [],
        "closeGraceMs": 600000,
        "fallbackBuilder": null,
        "install": [],
        "investigator": null,
        "minReadiness": 0,
        "paths": {
          "allowed": null,
          "generated": [],
          "maxChangedLines": 20000,
          "maxFileBytes": 1048576,
          "maxFiles": 200,
          "protected": [],
        },
        "planApproval": false,
        "preflight": [],
        "promotion": {
          "approvals": 0,
          "merge": "people",
          "method": "merge",
          "ready": "auto",
        },
        "reviewRounds": 3,
        "strategy": {
          "ageing": {
            "runs": null,
            "tiers": null,
          },
          "aliases": {},
          "audit": "every_phase",
          "budgets": {},
          "categories": {},
          "maxParallel": null,
          "maxPhases": null,
          "minorFindingsPerPhase": {
            "run": null,
            "tier": null,
          },
          "onExhausted": "pause",
          "profile": "normal",
        },
      }
    `);
  });

  test("everything said", () => {
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
    limits: { attempts: 1, seconds: 60, memory_mb: 512, processes: 64, output_mb: 1 }
  fallback_builder: { backend: command, command: [./scripts/stronger] }
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
audit: { required: false, rounds: 0 }
commands: { bare: false }
`);
    expect(settings).toEqual({
      baseBranch: "release/2.x",
      builder: {
        backend: "command",
        command: ["sh", "-c", "set -e\n./build\n"],
        env: { CI: "1" },
        limits: {
          attempts: 1,
          timeoutMs: 60_000,
          memoryBytes: 512 * 1024 ** 2,
          processes: 64,
          outputBytes: 1024 ** 2,
        },
      },
      fallbackBuilder: {
        backend: "command",
        command: ["./scripts/stronger"],
        env: {},
        limits: { attempts: null, timeoutMs: null, memoryBytes: 2 ** 32, processes: 512, outputBytes: 20 * 1024 ** 2 },
      },
      investigator: {
        backend: "command",
        command: ["./scripts/look"],
        env: {},
        limits: {
          attempts: null,
          timeoutMs: 300_000,
          memoryBytes: 2 ** 32,
          processes: 512,
          outputBytes: 20 * 1024 ** 2,
        },
      },
      alternatives: {
        second: {
          backend: "command",
          command: ["./scripts/second"],
          env: {},
          limits: {
            attempts: null,
            timeoutMs: null,
            memoryBytes: 2 ** 32,
            processes: 512,
            outputBytes: 20 * 1024 ** 2,
          },
        },
      },
      auditor: null,
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
    });
  });

  test("a profile has commands, and checks of the repository's own to wait for", () => {
    const settings = settingsOf(`${MINIMAL}ci:
  normal: [npm test, { check: "build (*)" }]
  strict: [{ check: e2e, timeout_minutes: 90, start_within_minutes: 5 }, npm run e2e]
`);
    expect(settings).toMatchObject({
      ci: [{ run: "npm test" }],
      ciChecks: [{ check: "build (*)", timeoutMs: 3_600_000, startWithinMs: 600_000 }],
      ciStrict: [{ run: "npm run e2e" }],
      ciStrictChecks: [{ check: "e2e", timeoutMs: 5_400_000, startWithinMs: 300_000 }],
    });
  });

  test("an auditor that is switched off does not audit", () => {
    expect(settingsOf(`${MINIMAL}audit: { required: false }`).auditor).toBeNull();
  });

  test("audits by category need an auditor, and leave the rest to the strategy", () => {
    const settings = settingsOf(`${MINIMAL}audit: { required: by_category }`);
    expect(settings).toMatchObject({ auditor: { backend: "command" }, strategy: { audit: "by_category" } });
  });

  test("the starter is valid as it stands", () => {
    expect(settingsOf(starterConfig()).builder.command).toEqual(["./scripts/builder"]);
  });
});

const cases = (await readdir(fixtures)).filter((name) => name.endsWith(".yml"));

test.each(cases)("what is wrong with %s", async (name) => {
  const found = complaints(read(await readFile(new URL(name, fixtures), "utf8")));
  expect(found).toMatch(/^\d+:\d+ /);
  await expect(found).toMatchFileSnapshot(new URL(name.replace(/yml$/, "txt"), fixtures).pathname);
});

test("a file larger than people write", () => {
  expect(complaints(read(`${MINIMAL}#${"x".repeat(70_000)}`))).toBe("1:1 The file is longer than 65536 characters.\n");
});

test.each(["[", "- ", "{a: ", "&a [", "? "])("%j nested without end", (opening) => {
  expect(complaints(read(opening.repeat(10_000)))).toMatch(/^\d+:\d+ /);
});

const yaml = fc.string({
  unit: fc.constantFrom(
    ..."version: |1|agents:|builder|\n|  |- |{|}|[|]|&a |*a|'|\"|#|\t|!!map |? |---\n|null|preflight:|ci:|normal|.inf".split(
      "|",
    ),
    "|",
    "\0",
    "\u{D800}",
  ),
  maxLength: 40,
});

test("whatever is in the file, it is read or refused with the line", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        yaml,
        fc.string({ unit: "binary" }),
        yaml.map((text) => MINIMAL + text),
      ),
      (text) => {
        const result = read(text);
        if (result.kind === "ok") return;
        expect(complaints(result)).toMatch(/^(?:\d+:\d+ [^\n]*\n)+$/);
      },
    ),
    { numRuns: 500 },
  );
});

test("the JSON Schema knows the keys and their defaults", () => {
  expect(configJsonSchema()).toMatchObject({
    additionalProperties: false,
    required: ["version", "agents"],
    properties: { audit: { properties: { rounds: { type: "integer", default: 2 } } } },
  });
});
