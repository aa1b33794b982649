import { describe, expect } from "vitest";
import type { ValidatorResult, ValidatorType } from "../../src/domain/acceptance/acceptance.ts";
import type { Run } from "../../src/domain/run.ts";
import { agentCommand } from "../harness/agentScript.ts";
import type { Action } from "../harness/agentScript.ts";
import { planIssue } from "../harness/planIssue.ts";
import { scenario } from "../harness/scenario.ts";
import { shownRun } from "../harness/shownRun.ts";
import type { World } from "../harness/world.ts";

/** No gates and no audit, where only the acceptance matters. */
const BARE = { preflight: [], ci: { normal: [] }, audit: { required: false }, agents: { auditor: undefined } };

/** A shell line that holds only when all of these texts stand in the instructions. */
function told(...texts: readonly string[]): string {
  return texts.map((text) => `grep -qF '${text}' "$AUTOPACK_INSTRUCTIONS"`).join(" && ");
}

function writes(file: string, text: string): Action {
  return { edits: { [file]: `${text}\n` } };
}

interface Judged {
  readonly attempt_id: string;
  readonly verdict: string;
  readonly score: number;
  readonly results: readonly ValidatorResult[];
}

/** What was judged, in the order in which it was. */
async function judged(world: World): Promise<readonly Judged[]> {
  return world.store.knex<Judged>("acceptance_results").orderBy("created_at");
}

async function stepped(world: World, kind: "build_phase" | "check_phase"): Promise<void> {
  expect(await world.step(kind)).toBe(true);
}

/** Seconds that each job of a Builder's attempts had to wait, in the order of the attempts. */
async function waits(world: World, phase: number): Promise<readonly number[]> {
  const jobs: { attempt: string; seconds: number }[] = await world.store
    .knex("pgboss.job")
    .where({ name: "build_phase" })
    .select({
      attempt: world.store.knex.raw("data->>'attemptId'"),
      seconds: world.store.knex.raw("extract(epoch from start_after - created_on)::float8"),
    });
  return jobs
    .filter(({ attempt }) => attempt.split(".")[1] === String(phase))
    .toSorted((left, right) => left.attempt.localeCompare(right.attempt))
    .map(({ seconds }) => Math.round(seconds));
}

function retries(run: Run): readonly number[] {
  return run.phases.map(({ retryAttempt }) => retryAttempt);
}

scenario("what is not accepted goes back with what was expected and what came, and lands when it is", async (world) => {
  const mend = told(
    "“says who”: expected exit 0; got exit 3",
    "expected `docs/greet.md` is there; got it is not there",
  );
  world.agent.builds([
    writes("src/greet.js", "export const greet = () => 'hi';"),
    { sh: `${mend} && echo "// Ada" >> src/greet.js && mkdir docs && echo "# Greet" > docs/greet.md` },
  ]);
  const issue = await world.labelIssue(
    "autopack",
    planIssue({
      title: "Greet by name",
      category: "feature_scaffolding",
      validators: [
        { type: "test_pass", name: "says who", command: "echo looking; grep -q Ada src/greet.js || exit 3" },
        { type: "file_exists", path: "docs/greet.md" },
      ],
    }),
  );
  world.hold("build_phase");
  await world.drain();
  await stepped(world, "build_phase");
  await world.drain();
  const refused = await world.run(issue);
  expect(refused.phases[0]).toMatchObject({ state: { kind: "building" }, retryAttempt: 1 });
  const shown = await shownRun(world, refused.id);
  expect(shown).toMatch(/says who \(test_pass\) +failed +0\.00 +exit 0 +exit 3 +[0-9a-f]{12}/);
  expect(shown).toMatch(/docs\/greet\.md exists \(file_exists\) +failed +0\.00 +`docs\/greet\.md` is there +it is not/);
  expect(shown).toContain("acceptance failed, score 0.00: “says who” failed, “docs/greet.md exists” failed");

  world.release();
  const run = await world.settled(issue, "promotable");
  const [first, second, ...others] = await judged(world);
  expect([first, second]).toMatchObject([
    { attempt_id: `${run.id}.1.1`, verdict: "failed" },
    { attempt_id: `${run.id}.1.2`, verdict: "passed", score: 1 },
  ]);
  expect(others).toEqual([]);
  const { log = null } = first?.results.find(({ name }) => name === "says who") ?? {};
  if (log === null) throw new Error("the validator has no log");
  expect(Buffer.from(await world.deps.artifacts.get(log)).toString()).toBe("looking\n");
  expect(await shownRun(world, run.id)).toContain("acceptance passed, score 1.00: 2 of 2 validators passed");
});

/** Does its part only when it was sent back. */
function later(name: string): Action {
  return { sh: `${told("was not accepted")} && echo 2 > ${name}.md && touch ${name}` };
}

function weighed(heavy: string, light: string): readonly object[] {
  return [
    { type: "test_pass", command: heavy, weight: 3 },
    { type: "test_pass", command: light, weight: 1 },
  ];
}

scenario(
  "any of them, all that are required, or enough by their weights",
  async (world) => {
    const [yes, no] = ["test -d src", "test ! -d src"];
    world.agent.builds({
      "1": [writes("any.md", "1")],
      "2": [writes("must.md", "1"), later("must")],
      "3": [writes("enough.md", "1")],
      "4": [writes("more.md", "1"), later("more")],
    });
    const weighted = { gate: "weighted", min_score: 0.6 };
    const issue = await world.labelIssue(
      "autopack",
      planIssue(
        { title: "Any", files: ["any.md"], gate: "any_pass", validators: [no, yes] },
        {
          title: "Must",
          files: ["must.md", "must"],
          gate: "any_pass",
          validators: [yes, { type: "file_exists", path: "must", required: true }],
        },
        { title: "Enough", files: ["enough.md"], ...weighted, validators: weighed(yes, no) },
        { title: "More", files: ["more.md", "more"], ...weighted, validators: weighed("test -f more", yes) },
      ),
    );
    const run = await world.settled(issue, "promotable");
    expect(retries(run)).toEqual([0, 1, 0, 1]);
    expect(run.phases.map(({ acceptance }) => [acceptance?.verdict, acceptance?.score])).toEqual([
      ["passed", 0.5],
      ["passed", 1],
      ["passed", 0.75],
      ["passed", 1],
    ]);
    const refused = (await judged(world)).filter(({ verdict }) => verdict === "failed");
    expect(refused).toMatchObject([
      { attempt_id: `${run.id}.2.1`, score: 0.5, reason: "required: “must exists” failed" },
      { attempt_id: `${run.id}.4.1`, score: 0.25, reason: expect.stringContaining("scored 0.25, and 0.6 is needed") },
    ]);
  },
  { config: BARE },
);

describe("when the plan's retries are used up", () => {
  const FALLBACK = { "1": [{ sh: "grep -q second one.md && touch done" }], "2": [{ sh: "touch never" }] };
  const config = {
    ...BARE,
    agents: {
      auditor: undefined,
      builder: { limits: { attempts: 5 } },
      fallback_builder: { backend: "command", command: agentCommand({ builder: FALLBACK, auditor: {} }) },
    },
  };
  const phase = {
    category: "docs",
    validators: ["test -f done"],
    retry: { policy: "fixed", max_retries: 1 },
  };

  scenario(
    "the fallback Builder goes on from there and lands, by a spec of its own, unless the plan keeps it out",
    async (world) => {
      world.agent.builds({
        "1": [writes("one.md", "first"), writes("one.md", "second")],
        "2": [writes("two.md", "first"), writes("two.md", "second")],
      });
      const issue = await world.labelIssue(
        "autopack",
        planIssue(
          { title: "One", files: ["one.md", "done"], ...phase },
          { title: "Two", files: ["two.md"], ...phase, fallback: false },
        ),
      );
      const run = await world.settled(issue, "failed");
      expect(run.phases).toMatchObject([
        { state: { kind: "complete" }, escalationLevel: 1, usesFallback: true, retryAttempt: 0, interruptions: 0 },
        { state: { kind: "failed", cause: "phases_failed" }, escalationLevel: 0, usesFallback: false },
      ]);
      expect(await waits(world, 1)).toEqual([0, 1, 0]);

      const { knex } = world.store;
      const builders = knex("attempts").where({ role: "builder", phase_id: `${run.id}.1` });
      const used = await builders
        .join("agent_specs", "agent_specs.id", "agent_spec")
        .orderBy("number")
        .select("agent_specs.name", "agent_specs.version", "agent_specs.content");
      expect(used.map(({ name, version }: { name: string; version: number }) => [name, version])).toEqual([
        ["builder/docs", 1],
        ["builder/docs", 1],
        ["builder/docs", 2],
      ]);
      expect(JSON.stringify(used[2]?.content.command)).toContain("grep -q second one.md");
      const judgedBy = await knex("acceptance_results").distinct("acceptance_spec").pluck<string[]>("acceptance_spec");
      expect(new Set(judgedBy)).toEqual(new Set(await knex("acceptance_specs").pluck<string[]>("id")));

      expect(await shownRun(world, run.id)).toContain("1 escalated, the fallback agent has taken over");
      const comment = await world.statusComment(issue);
      expect(comment).toMatch(/\| 1 \| One \|.*complete.*escalated/);
      expect(comment).toContain("2 attempts failed. The last one: The change was not accepted");
    },
    { config },
  );
});

scenario(
  "without a policy of the plan's, the second refusal is the last",
  async (world) => {
    world.agent.builds([writes("a.md", "1"), writes("a.md", "2"), writes("a.md", "3")]);
    const issue = await world.labelIssue("autopack", planIssue({ title: "One", validators: ["test -f done"] }));
    const run = await world.settled(issue, "failed");
    expect(run.phases[0]?.failures.map((failure) => failure.class)).toEqual(["validation", "validation"]);
    expect(await world.statusComment(issue)).toContain("“test -f done”: expected exit 0; got exit 1");
  },
  { config: BARE },
);

function testOf(line: string): string {
  return `import test from 'node:test';\nimport assert from 'node:assert';\nimport { greet } from './greet.js';\ntest('names', () => ${line});`;
}

/** One verdict for every type of validator. */
function all(verdict: string): Readonly<Record<ValidatorType, string>> {
  return {
    test_pass: verdict,
    lint_clean: verdict,
    file_exists: verdict,
    forbidden_patterns: verdict,
    test_enforcement: verdict,
    fail_to_pass: verdict,
    no_regression: verdict,
    custom: verdict,
  };
}

const JUNIT = "node --test --test-reporter=junit --test-reporter-destination=report.xml legacy/checks.mjs";
const LEGACY = `import test from "node:test";
import assert from "node:assert";
import { greet } from "../src/greet.js";
test("is polite", () => assert.match(greet(), /^hello/));
test("is short", () => assert.ok(greet().length < 40));
`;
const VERDICT = `import { greet } from "../src/greet.js";
const passed = greet("Ada").endsWith("Ada");
const findings = passed ? [] : [{ severity: "major", title: "Ada is not greeted", path: "src/greet.js", line: 1 }];
console.log(JSON.stringify({ passed, score: passed ? 1 : 0.5, message: "asked for Ada", findings }));
`;

scenario(
  "every kind of validator, in earnest: all of them refuse, then all but the tests that show nothing, then none",
  async (world) => {
    const rude = "export const greet = () => { console.log(1); return 'hi'; }; //TODO";
    const polite = "export const greet = (name = 'you') => `hello ${name}`;";
    world.agent.builds([
      writes("src/greet.js", rude),
      {
        sh: told("is polite", "Ada is not greeted", "src/greet.js:1", "console", "no test file is new or changed"),
        edits: { "src/greet.js": polite, "src/name.test.js": testOf("assert.ok(greet('Ada'))"), CHANGES: "named\n" },
      },
      {
        sh: told("pass without the change as well"),
        edits: { "src/name.test.js": testOf("assert.equal(greet('Ada'), 'hello Ada')") },
      },
    ]);
    const issue = await world.labelIssue(
      "autopack",
      planIssue({
        title: "Greet by name",
        retry: { policy: "exponential", max_retries: 2 },
        validators: [
          { type: "test_pass", command: JUNIT, report: "report.xml", name: "legacy" },
          { type: "lint_clean", command: "! grep -rn TODO src" },
          { type: "file_exists", path: "CHANGES" },
          { type: "forbidden_patterns", patterns: ["console\\.log"] },
          { type: "test_enforcement" },
          { type: "fail_to_pass", command: "node --test $AUTOPACK_TEST_FILES" },
          { type: "no_regression", command: JUNIT, report: "report.xml" },
          { type: "custom", command: "node legacy/verdict.mjs" },
        ],
      }),
    );
    const run = await world.settled(issue, "promotable");
    expect(await waits(world, 1)).toEqual([0, 1, 2]);
    const verdicts = (await judged(world)).map(({ results }) =>
      Object.fromEntries(results.map(({ type, verdict }) => [type, verdict])),
    );
    expect(verdicts).toEqual([all("failed"), { ...all("passed"), fail_to_pass: "failed" }, all("passed")]);
    expect(await world.store.knex("baselines").select("sha", "content")).toEqual([
      {
        sha: run.base?.sha,
        content: { exitCode: 0, outcomes: { "test › is polite": "passed", "test › is short": "passed" } },
      },
    ]);
  },
  { files: { "legacy/checks.mjs": LEGACY, "legacy/verdict.mjs": VERDICT } },
);

scenario(
  "that nothing has to be changed is not the Builder's to say: the validators judge the code as it is",
  async (world) => {
    world.agent.builds({
      "1": [{ result: { summary: "there already" } }],
      "2": [{ print: "nothing to do" }, { sh: `${told("The attempt changed nothing", "got exit 1")} && touch two` }],
    });
    const issue = await world.labelIssue(
      "autopack",
      planIssue(
        { title: "One", files: ["one"], validators: ["test -f README.md"] },
        { title: "Two", files: ["two"], validators: ["test -f two"] },
      ),
    );
    const run = await world.settled(issue, "promotable");
    expect(run.phases).toMatchObject([
      { state: { kind: "skipped", reason: "nothing to change: there already" }, retryAttempt: 0 },
      { state: { kind: "complete" }, retryAttempt: 1 },
    ]);
    expect(await world.store.knex("attempts").whereNotNull("failure_class").pluck("failure_class")).toEqual([
      "validation",
    ]);
  },
  { config: BARE },
);

scenario("a plan whose validators make no sense is refused with its lines, and nothing is started", async (world) => {
  const body = [
    "Please.",
    "",
    "```yaml",
    "autopack:",
    "  phases:",
    "    - title: One",
    "      validators: []",
    "    - title: Two",
    "      gate: weighted",
    "      validators: [npm test]",
    "```",
  ].join("\n");
  const issue = await world.labelIssue("autopack", { body });
  const run = await world.settled(issue, "failed");
  expect(run.state).toMatchObject({ reason: "plan_invalid" });
  const comment = await world.statusComment(issue);
  expect(comment).toMatch(/line 7, column \d+: .*validators/);
  expect(run.phases).toEqual([]);
  expect(await world.store.knex("attempts").select()).toEqual([]);
});
