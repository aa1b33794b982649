import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";
import { readVerdict } from "../../src/config/agentResult.ts";
import { readConfig } from "../../src/config/readConfig.ts";
import { readPlan } from "../../src/config/readPlan.ts";
import { chooseSandbox } from "./chooseSandbox.ts";
import { readIssue } from "./demoIssue.ts";
import { expected } from "./expected.ts";

const project = join(import.meta.dirname, "..", "..", "fixtures", "demo-project");

test("the project's configuration is valid, merges by itself, and protects its agents", async () => {
  const path = ".github/autopack.yml";
  const text = await readFile(join(project, path), "utf8");
  expect(readConfig([{ path, text }], { defaultBranch: "main" })).toMatchObject({
    kind: "ok",
    settings: {
      promotion: { merge: "autopack", approvals: 0 },
      paths: { protected: expect.arrayContaining(["tools/agents/**", "tools/agents/auditor.mjs"]) },
    },
  });
});

test("the project's own tests pass before anything is done", async () => {
  const { stdout } = await execa(process.execPath, ["--test"], { cwd: project, extendEnv: false });
  expect(stdout).toMatch(/fail 0/);
});

test("the issue's plan is what the demo expects", async () => {
  const plan = readPlan({ issue: await readIssue(), specs: [] });
  expect(plan).toMatchObject({ kind: "ok", plan: { source: "issue_yaml" } });
  const phases = plan.kind === "ok" ? plan.plan.phases : [];
  expect(
    phases.map(({ title, files, spec }) => ({ title, files: files.toSorted(), of: spec?.validators.length })),
  ).toEqual(expected.phases.map(({ title, files, validators }) => ({ title, files, of: validators })));
  expect(phases.map(({ tier }) => tier)).toEqual([0, 1, 1, 1, 2].map((tier) => expected.tiers[tier]));
  expect(phases.map(({ dependsOn }) => dependsOn)).toEqual([[], [1], [], [1], [2, 4]]);
});

const test1 = added("test/half.test.js", ['test("halves", () => {});']);
const guarded = [
  "/** Half of it. */",
  "export function half(amount) {",
  '  if (!(amount > 0)) throw new RangeError("amount");',
  "  return amount / 2;",
  "}",
];

function added(path: string, lines: readonly string[]): string {
  return [
    `diff --git a/${path} b/${path}`,
    "--- /dev/null",
    `+++ b/${path}`,
    `@@ -0,0 +1,${lines.length} @@`,
    ...lines.map((line) => `+${line}`),
  ].join("\n");
}

async function audit(diff: string) {
  const folder = await mkdtemp(join(tmpdir(), "autopack-auditor-"));
  const [context, result] = [join(folder, "context.json"), join(folder, "result.json")];
  await writeFile(context, JSON.stringify({ diff, phase: { title: "Halve it" } }));
  const env = { AUTOPACK_CONTEXT: context, AUTOPACK_RESULT: result };
  await execa(process.execPath, [join(project, "tools/agents/auditor.mjs")], { env, extendEnv: false });
  const verdict = readVerdict(await readFile(result, "utf8"));
  await rm(folder, { recursive: true });
  return verdict;
}

test("the demo's Auditor judges the diff it is given", async () => {
  expect(await audit(`${added("src/half.js", guarded)}\n${test1}`)).toMatchObject({
    decision: "approve",
    findings: [],
  });

  const unguarded = guarded.filter((line) => !line.includes("throw"));
  expect(await audit(`${added("src/half.js", unguarded)}\n${test1}`)).toMatchObject({
    decision: "revise",
    findings: [
      { title: "`half` takes any `amount`, even 0 and -2.", path: "src/half.js", lines: { start: 2, end: 2 } },
    ],
  });
  expect(await audit(`${added("src/half.js", guarded.slice(1))}\n${test1}`)).toMatchObject({
    decision: "revise",
    findings: [{ title: "`half` has no comment." }],
  });
  expect(await audit(added("src/half.js", guarded))).toMatchObject({
    decision: "revise",
    findings: [{ title: "Code changed, and no test did." }],
  });
});

test("without bubblewrap the demo's agents run unsandboxed, and that is said", async () => {
  const choice = await chooseSandbox({ bwrapPath: "/nonexistent/bwrap" });
  expect(choice).toMatchObject({ wish: "none", lines: expect.arrayContaining([expect.stringMatching(/UNSANDBOXED/)]) });
});
