import { describe, expect } from "vitest";
import { stringify } from "yaml";
import type { Run } from "../../src/domain/run.ts";
import { agentCommand, verdict } from "../harness/agentScript.ts";
import type { Action } from "../harness/agentScript.ts";
import { planIssue } from "../harness/planIssue.ts";
import { scenario } from "../harness/scenario.ts";
import { shownRun } from "../harness/shownRun.ts";
import { configOf } from "../harness/world.ts";
import type { World } from "../harness/world.ts";

const UNAUDITED = { preflight: [], ci: { normal: [] }, audit: { required: false }, agents: { auditor: undefined } };

/** Who worked on a phase, attempt by attempt. */
async function roles(world: World, phase: number): Promise<readonly string[]> {
  const ofPhase = world.store.knex("attempts").whereLike("phase_id", `%.${phase}`);
  return ofPhase.orderBy("number").pluck("role");
}

function migration(text: string): Action {
  return { edits: { "db/migrations/1.sql": `${text}\n` } };
}

function ciSteps(run: Run): readonly (readonly string[])[] {
  return run.phases.map(
    ({ evidence }) => evidence.find(({ gate }) => gate === "ci")?.steps.map(({ name }) => name) ?? [],
  );
}

describe("a category", () => {
  scenario(
    "is raised by what the change touches, and with it come the strict steps and the audit that docs do without",
    async (world) => {
      world.agent.builds({
        "1": [migration("create table greetings ()"), migration("create table greetings (); -- down: drop table")],
        "2": [{ edits: { "docs/plain.md": "# Plain\n" } }],
        "3": [{ edits: { "src/greet.js": "export const greet = () => 'hello all';\n" } }],
      });
      const issue = await world.labelIssue(
        "autopack",
        planIssue(
          { title: "Describe the tables", category: "docs", files: ["db/**"] },
          { title: "Describe the rest", category: "docs", files: ["docs/**"] },
          { title: "Greet all", files: ["src/greet.js"] },
        ),
      );
      const run = await world.settled(issue, "promotable");

      expect(run.phases).toMatchObject([
        { category: "schema_contract_change", raisedBecause: "touches db/migrations/1.sql", retryAttempt: 1 },
        { category: "docs", raisedBecause: null, retryAttempt: 0 },
        { category: "general", raisedBecause: null, retryAttempt: 0 },
      ]);
      expect(ciSteps(run)).toEqual([["tests", "ways back"], ["tests"], ["tests", "ways back"]]);
      expect(await roles(world, 1)).toEqual(["builder", "builder", "auditor"]);
      expect(await roles(world, 2)).toEqual(["builder"]);
      expect(await roles(world, 3)).toEqual(["builder", "auditor"]);
      expect(run.gates.find(({ gate }) => gate === "ci")?.steps.map(({ name }) => name)).toEqual([
        "tests",
        "ways back",
      ]);
      expect(world.check(run.head, "autopack/audit")).toMatchObject({
        conclusion: "success",
        title: "Passed: 2 commits approved; 1 commit of categories that may land without an audit",
      });
      expect(await world.statusComment(issue)).toMatch(
        /\| 1 \| Describe the tables \| schema\\?_contract\\?_change \(planned as docs\) \|/,
      );
      expect(await shownRun(world, run.id)).toContain(
        "schema_contract_change, raised from docs: touches db/migrations/1.sql",
      );
      const { knex } = world.store;
      const specs = await knex("agent_specs").whereLike("name", "builder/%").orderBy("name").pluck("name");
      expect(specs).toEqual(["builder/docs", "builder/general", "builder/schema_contract_change"]);
    },
    {
      config: {
        audit: { required: "by_category" },
        ci: {
          normal: [{ name: "tests", run: "node --test" }],
          strict: [{ name: "ways back", run: "! test -d db || grep -q down db/migrations/*.sql" }],
        },
      },
    },
  );

  scenario(
    "that is strict is not approved with low confidence; one that is not may be",
    async (world) => {
      world.agent.builds({ "1": [{ edits: { "docs/a.md": "a\n" } }], "2": [{ edits: { "src/b.js": "1;\n" } }] });
      world.agent.audits([verdict("approve", { confidence: "low", summary: "Seems fine." })]);
      const issue = await world.labelIssue(
        "autopack",
        planIssue(
          { title: "Docs", category: "docs", files: ["docs/a.md"] },
          { title: "Code", category: "security_auth", files: ["src/b.js"] },
        ),
      );
      const run = await world.settled(issue, "failed");
      expect(run.phases.map(({ state }) => state.kind)).toEqual(["complete", "failed"]);
      expect(run.state).toMatchObject({ reason: "requires_human_review" });
      expect(await world.statusComment(issue)).toMatch(
        /approved with low confidence, and security\\?_auth\\?_change is a strict category: Seems fine/,
      );
    },
    { config: { preflight: [], ci: { normal: [] } } },
  );
});

scenario(
  "a safety-critical repository: two people approve, and not the one who asked",
  async (world) => {
    world.agent.edits({ "docs/a.md": "a\n" });
    const issue = await world.labelIssue("autopack", planIssue({ title: "Docs", category: "docs" }));
    const waiting = await world.settled(issue, "promotable");
    expect(await roles(world, 1)).toEqual(["builder", "auditor"]);
    const comment = await world.statusComment(issue);
    expect(comment).toContain("0 of 2 approvals of this head");
    for (const person of ["alice", "bob"] as const) {
      await world.comment(issue, person, "/autopack approve");
      await world.settled(issue, "promotable");
    }
    expect(await world.statusComment(issue)).toContain("1 of 2 approvals of this head (bob)");
    await world.comment(issue, "mona", "/autopack approve");
    const run = await world.settled(issue, "promoted");
    expect(run.head).toBe(waiting.head);
  },
  {
    config: {
      preflight: [],
      ci: { normal: [] },
      strategy: { profile: "safety_critical" },
      promotion: { auto_merge: true },
    },
  },
);

scenario(
  "a plan of more phases than a run may have is refused, with the line of the first that is too many",
  async (world) => {
    const body = ["Both, please.", "", "- [ ] One", "- [ ] Two", "- [ ] Three"].join("\n");
    const issue = await world.labelIssue("autopack", { body });
    const run = await world.settled(issue, "failed");
    expect(run.state).toMatchObject({ reason: "plan_invalid" });
    expect(await world.statusComment(issue)).toContain("line 5: The plan has 3 phases; a run takes 2.");
    expect(await world.store.knex("phases").select()).toEqual([]);
  },
  { config: { strategy: { max_phases: 2 } } },
);

scenario(
  "the strategy is frozen when the run is planned: a configuration that changes under it is the next run's",
  async (world) => {
    world.agent.edits({ "docs/a.md": "a\n" });
    const issue = await world.labelIssue("autopack", planIssue({ title: "Docs", category: "docs" }));
    world.hold("build_phase");
    await world.drain();
    const { strategy, id } = await world.run(issue);
    expect(strategy?.hash).toMatch(/^[0-9a-f]{64}$/);

    const script = { builder: { "*": [{ edits: { "docs/b.md": "b\n" } }] }, auditor: { "*": [verdict("approve")] } };
    const stricter = {
      ...UNAUDITED,
      audit: { required: true },
      agents: { auditor: { backend: "command", command: agentCommand(script) } },
      ci: { normal: ["exit 1"] },
      strategy: { profile: "safety_critical", max_parallel: 1 },
    };
    await world.github.pushCommit({
      as: "mona",
      branch: "main",
      files: { ".github/autopack.yml": stringify(configOf(script, stricter)) },
      message: "Be careful",
    });
    world.release();
    const run = await world.settled(issue, "promotable");
    expect(run.strategy).toEqual(strategy);
    const { knex } = world.store;
    expect(await knex("runs").where({ id }).pluck("strategy_hash")).toEqual([strategy?.hash]);
    expect(await shownRun(world, id)).toContain(`normal, ${strategy?.hash.slice(0, 12)}`);

    const { number: second } = await world.github.createIssue({ as: "alice", title: "Again", body: "Again." });
    await world.github.addLabel(second, "autopack", { as: "alice" });
    await world.drain();
    const next = await world.run(second);
    expect(next).toMatchObject({ strategy: { profile: "safety_critical", approvals: 2, maxParallel: 1 } });
    expect(next.strategy?.hash).not.toBe(strategy?.hash);
  },
  { config: UNAUDITED },
);

describe("the operator's policy", () => {
  scenario(
    "lowers what a configuration asks for, and takes no category's audit away",
    async (world) => {
      world.agent.builds({
        "1": [{ exit: 1, print: "no idea" }],
        "2": [{ edits: { "src/b.js": "1;\n" }, result: { summary: "", usage: { input_tokens: 500 } } }],
      });
      const issue = await world.labelIssue(
        "autopack",
        planIssue(
          { title: "One", category: "docs", files: ["a.md"] },
          { title: "Two", category: "tuning", files: ["src/b.js"] },
        ),
      );
      const run = await world.settled(issue, "failed");
      expect(run.waves.map(({ phases }) => phases)).toEqual([[1], [2]]);
      expect(run.phases).toMatchObject([
        { state: { kind: "failed" }, retryAttempt: 1 },
        { state: { kind: "complete" } },
      ]);
      expect(await roles(world, 1)).toEqual(["builder"]);
      expect(await roles(world, 2)).toEqual(["builder", "auditor"]);
      expect(run.phases[1]?.pastAttempts[0]?.grant).toMatchObject({ tokens: 700, seconds: 90 });
    },
    {
      policy: {
        maxParallel: 1,
        attempts: 1,
        seconds: 90,
        auditRequired: true,
        budgets: { phase: { tokens: 1000 }, run: { tokens: 700 } },
      },
      config: {
        preflight: [],
        ci: { normal: [] },
        audit: { required: "by_category" },
        agents: { builder: { limits: { attempts: 9, seconds: 600 } } },
        strategy: { max_parallel: 4, categories: { tuning: { may_land_unaudited: true, tokens: 5000 } } },
        budgets: { run: { tokens: 90_000 } },
      },
    },
  );

  scenario(
    "refuses a configuration that switches audits off",
    async (world) => {
      const issue = await world.labelIssue("autopack");
      const run = await world.settled(issue, "failed");
      expect(run.state).toMatchObject({ reason: "config_invalid" });
      const comment = await world.statusComment(issue);
      expect(comment).toContain("its operator requires audits");
      expect(comment).toContain("correct the configuration on `main`");
      expect(await world.store.knex("attempts").select()).toEqual([]);
    },
    { policy: { auditRequired: true }, config: UNAUDITED },
  );
});

scenario(
  "a quote comes from what finished phases of the same category have used, once there are five",
  async (world) => {
    const numbers = [1, 2, 3, 4, 5];
    world.agent.builds(
      Object.fromEntries(
        numbers.map((each) => [
          String(each),
          [{ edits: { [`docs/${each}.md`]: "1\n" }, result: { summary: "", usage: { input_tokens: each * 100 } } }],
        ]),
      ),
    );
    const phases = numbers.map((each) => ({ title: `Page ${each}`, category: "docs", files: [`docs/${each}.md`] }));
    const first = await world.settled(await world.labelIssue("autopack", planIssue(...phases)), "promotable");
    expect(first.quote).toMatchObject({
      total: { tokens: { p50: 1_000_000, p90: 1_000_000 } },
      phases: numbers.map((ordinal) => ({ ordinal, source: "table" })),
    });

    world.hold("build_phase");
    const issue = await world.labelIssue(
      "autopack",
      planIssue({ title: "One more", category: "docs" }, { title: "Test it", category: "tests" }),
    );
    await world.drain();
    const { quote } = await world.run(issue);
    expect(quote?.phases).toMatchObject([
      { ordinal: 1, source: "history", estimate: { tokens: { p50: 300, p90: 500 } } },
      { ordinal: 2, source: "table", estimate: { tokens: { p50: 300_000, p90: 300_000 } } },
    ]);
    expect(await world.statusComment(issue)).toMatch(
      /\*\*Quote:\*\* about 300,000 tokens.*by finished phases like these for 1 of 2, by their caps for the others/,
    );
  },
  { config: UNAUDITED },
);
