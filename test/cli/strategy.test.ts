import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { StrategyReport } from "../../src/projections/strategyReport.ts";

const PROGRAM = resolve("src/cli/autopack.js");

const FILES = {
  ".git/HEAD": "ref: refs/heads/main\n",
  ".github/autopack.yml": `version: 1
agents:
  builder: { backend: command, command: ./build, limits: { seconds: 4000 } }
  auditor: { backend: command, command: ./audit }
strategy:
  categories: { docs: { tokens: 900000 } }
  aliases: { wording: docs }
audit: { required: by_category }
`,
  "plan.yml": `autopack:
  tiers:
    - title: Code
      phases:
        - { title: Greet by name, category: feature_scaffolding, files: [src/greet.js] }
        - { title: Store it, category: schema_change, files: [db/1.sql] }
        - { title: Something, complexity: low }
    - title: Words
      phases:
        - { title: Document it, category: wording, files: [README.md] }
`,
  "wrong-plan.yml": "autopack:\n  phases:\n    - title: One\n      categry: docs\n",
  "wrong-config.yml": "version: 1\nagent: {}\n",
  "policy.yml": `version: 1
attempts: 2
seconds: 3000
max_phases: 4
budgets: { phase: { tokens: 600000 }, run: { cost_usd: 20 } }
`,
  "alike.yml": `autopack:
  phases:
    - { id: greet, title: Greet by name, instructions: Greet in the page, category: docs, files: [src/greet.js, src/greet.test.js] }
    - { title: Greet by name, instructions: Greet in the page, category: docs, files: [src/greet.js, src/greet.test.js], depends_on: [greet] }
    - { title: Wave, category: tests, files: ["src/w*.js"], acceptance: [it waves] }
    - { title: Wave back, category: debt_cleanup, files: [{ path: src/wave.js, operation: delete }] }
    - { title: Anything }
`,
  "ready.yml": `version: 1
agents:
  builder: { backend: command, command: ./build }
  auditor: { backend: command, command: ./audit }
plan: { min_readiness: 50 }
`,
  "strict-policy.yml": "version: 1\naudit_required: true\n",
  "unaudited.yml": `version: 1
agents: { builder: { backend: command, command: ./build } }
audit: { required: false }
`,
  "issue.md": "# Greet by name\n\nPlease.\n\n- [ ] Greet in `src/greet.js`\n- [ ] Document it\n",
  "specs/001-greet/tasks.md":
    "## Phase 1: Setup\n\n- [ ] T001 Create src/greet.js\n- [ ] T002 Test it (depends on T001)\n",
  "named.md": "# Do 001-greet\n",
  "sub/folder/.keep": "",
};

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "autopack-strategy-"));
  for (const [path, text] of Object.entries(FILES)) {
    await mkdir(join(dir, path, ".."), { recursive: true });
    await writeFile(join(dir, path), text);
  }
});
afterAll(async () => rm(dir, { recursive: true }));

function explain(args: readonly string[], { folder = "", env = {} }: { folder?: string; env?: object } = {}) {
  const options = {
    cwd: join(dir, folder),
    env: { PATH: process.env["PATH"] ?? "", ...env },
    extendEnv: false,
  } as const;
  return execa(process.execPath, [PROGRAM, "strategy", "explain", ...args], { ...options, reject: false });
}

async function report(args: readonly string[]): Promise<StrategyReport> {
  const { stdout, exitCode, stderr } = await explain([...args, "--json"]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  return JSON.parse(stdout) as StrategyReport;
}

test("a plan's phases, with where each value comes from, and what the policy lowers", async () => {
  const { phases, tiers, waves, run, hash, format } = await report(["--plan", "plan.yml", "--policy", "policy.yml"]);
  expect({ format, hash }).toEqual({ format: 1, hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
  expect(phases).toMatchObject([
    {
      category: { asked: "feature_scaffolding", counted: "feature_scaffolding", known_as: "table" },
      wave: 1,
      ci_profile: { value: "normal", from: "table" },
      audit: null,
      builder: {
        attempts: { value: 2, from: "policy", wanted: 3 },
        seconds: { value: 3000, from: "policy", wanted: 4000 },
      },
      auditor: null,
    },
    {
      category: { asked: "schema_change", counted: "schema_contract_change", known_as: "alias" },
      wave: 1,
      tokens: { value: 600_000, from: "policy", wanted: 1_000_000 },
      audit: "schema_review",
      auditor: { attempts: { value: 2, wanted: 3 }, turns: { value: 20, from: "table" }, seconds: { value: 600 } },
    },
    {
      category: { asked: "general", counted: "general", known_as: "unknown" },
      wave: 2,
      complexity: { value: "low", from: "plan" },
      ci_profile: { value: "strict" },
    },
    { category: { asked: "wording", counted: "docs" }, tier: 2, wave: 3, tokens: { value: 600_000, wanted: 900_000 } },
  ]);
  expect(tiers).toEqual([
    { ordinal: 1, title: "Code", phases: [1, 2, 3], budget: { tokens: 4_800_000, ci_runs: 12, findings: 6 } },
    { ordinal: 2, title: "Words", phases: [4], budget: { tokens: 1_800_000, ci_runs: 3, findings: 2 } },
  ]);
  expect(waves.map(({ phases: ordinals }) => ordinals)).toEqual([[1, 2], [3], [4]]);
  expect(run.budget).toEqual({ tokens: 5_000_000, cost_usd: 20, seconds: 7200, findings: 12 });
});

test("the same for people; from a folder below, with the policy from the environment", async () => {
  const { stdout } = await explain(["--plan", "../../plan.yml"], {
    folder: "sub/folder",
    env: { AUTOPACK_POLICY: "../../policy.yml" },
  });
  expect(stdout).toMatch(/1 {2}Greet by name +1 +1 {2}feature_scaffolding +normal +2\/– +500,000/);
  expect(stdout).toContain("schema_contract_change (schema_change)");
  expect(stdout).toContain("general (unknown)");
  expect(stdout).toMatch(/phase 2\.tokens +600,000 {2}the operator's policy, lowered from 1,000,000/);
});

test("without a plan, the strategy alone; another profile can be tried", async () => {
  const { stdout } = await explain(["--profile", "safety_critical"]);
  expect(stdout).toMatch(/audited +every phase\n +approvals +2/);
  expect(stdout).toMatch(/any other +strict +2\/2 +500,000 +no +general_review/);
  expect(stdout).toMatch(/approvals +2 {2}the safety profile/);
});

test("tasks.md, an issue's text with a task list, and one with the name of a feature", async () => {
  expect((await report(["--plan", "specs/001-greet/tasks.md"])).phases).toMatchObject([
    { title: "T001 Create src/greet.js" },
    { depends_on: [1], wave: 2 },
  ]);
  expect((await report(["--plan", "issue.md"])).phases).toMatchObject([
    { title: expect.stringContaining("Greet in"), depends_on: [] },
    { title: "Document it" },
  ]);
  expect((await report(["--plan", "named.md"])).phases).toMatchObject([{ depends_on: [] }, { depends_on: [1] }]);
});

test("how ready phases are, what keeps them apart, and which are alike", async () => {
  const { phases, waves, apart, groups, duplicates, min_readiness } = await report(["--plan", "alike.yml"]);
  expect(min_readiness).toEqual({ value: 0, from: "table" });
  expect(phases.map(({ readiness: { points, ready } }) => [points, ready])).toEqual([
    [65, false],
    [55, false],
    [65, false],
    [40, false],
    [25, false],
  ]);
  expect(phases[2]?.readiness.missing).toEqual([
    expect.stringContaining("Nothing tests it"),
    expect.stringContaining("more than an hour"),
  ]);
  expect(waves.map((wave) => wave.phases)).toEqual([[1, 3], [2, 4], [5]]);
  expect(apart).toEqual([
    { why: "undeclared", phases: [5], touches: [] },
    {
      why: "same_path",
      phases: [3, 4],
      touches: [
        { phase: 3, operation: "update", path: "src/w*.js" },
        { phase: 4, operation: "delete", path: "src/wave.js" },
      ],
    },
  ]);
  const alike = [{ id: expect.stringMatching(/^[0-9a-f]{64}$/), phases: [1, 2], score: 1 }];
  expect({ groups, duplicates }).toEqual({ groups: alike, duplicates: alike });

  const { stdout } = await explain(["--plan", "alike.yml"]);
  expect(stdout).toMatch(/3 +65 +not ready +Nothing tests it/);
  expect(stdout).toMatch(/5 +alone in its wave/);
  expect(stdout).toMatch(/3, 4 +3 updates src\/w\*\.js, 4 deletes src\/wave\.js/);
  expect(stdout).toMatch(/1, 2 +100% +look like the same work written twice/);
});

describe("what is wrong comes with its line, and exit code 1", () => {
  test.each([
    [["--plan", "wrong-plan.yml"], "wrong-plan.yml:4:7: There is no key `autopack.phases[0].categry`"],
    [["--config", "wrong-config.yml"], "wrong-config.yml:2:1: There is no key `agent`"],
    [["--plan", "policy.yml"], "policy.yml:1:1: A plan in YAML begins with `autopack:`"],
    [
      ["--config", "unaudited.yml", "--policy", "strict-policy.yml"],
      "unaudited.yml:1:1: `audit.required: false` is not allowed on this server",
    ],
  ])("%j", async (args, message) => {
    const result = await explain(args);
    expect(result.exitCode).toBe(1);
    expect(result.stdout).toContain(message);
  });

  test("a plan with phases that are less ready than the configuration asks for", async () => {
    const { exitCode, stdout } = await explain(["--plan", "alike.yml", "--config", "ready.yml"]);
    expect(exitCode).toBe(1);
    expect(stdout.split("\n")).toEqual([
      "the plan was refused:",
      expect.stringMatching(/^alike\.yml:1:1: Phase 5, “Anything”, has \d+ points of 100\. Nothing tests it: /),
    ]);
    expect(await explain(["--config", "ready.yml"])).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/min_readiness +50 +the configuration/),
    });
  });

  test("as JSON", async () => {
    const { stdout, exitCode } = await explain(["--plan", "wrong-plan.yml", "--json"]);
    expect({ exitCode, ...(JSON.parse(stdout) as object) }).toEqual({
      exitCode: 1,
      kind: "invalid",
      what: "the plan was refused",
      problems: [{ path: "wrong-plan.yml", line: 4, column: 7, message: expect.stringContaining("categry") }],
    });
  });

  test("a plan that is larger than the operator lets a run be", async () => {
    const plan = Array.from({ length: 5 }, (_, index) => `    - title: Phase ${index}\n`).join("");
    await writeFile(join(dir, "large.yml"), `autopack:\n  phases:\n${plan}`);
    const result = await explain(["--plan", "large.yml", "--policy", "policy.yml"]);
    expect(result).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining("large.yml:7:7: The plan has 5 phases"),
    });
  });

  test("a file that is not there, a policy that is wrong, both plans at once", async () => {
    expect(await explain(["--plan", "none.yml"])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("reading none.yml"),
    });
    expect(await explain(["--policy", "plan.yml"])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("plan.yml:1:1"),
    });
    expect(await explain(["--plan", "plan.yml", "--issue", "3"])).toMatchObject({ exitCode: 2 });
  });

  test("an issue without a GitHub App to read it as", async () => {
    expect(await explain(["--issue", "3", "--repo", "acme/widget"])).toMatchObject({ exitCode: 1, stdout: "" });
  });
});
