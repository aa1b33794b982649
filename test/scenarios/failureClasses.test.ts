import { describe, expect, vi } from "vitest";
import { EnvironmentFailure } from "../../src/domain/failure.ts";
import type { Run } from "../../src/domain/run.ts";
import type { Action } from "../harness/agentScript.ts";
import { verdict } from "../harness/agentScript.ts";
import { planIssue } from "../harness/planIssue.ts";
import { scenario } from "../harness/scenario.ts";
import { shownRun } from "../harness/shownRun.ts";
import type { World } from "../harness/world.ts";

/** No gates and no audit, where only the Builder matters. */
const BARE = {
  preflight: [],
  ci: { normal: [] },
  audit: { required: false },
  agents: { auditor: undefined },
};

const GREET = { "src/greet.js": "export const greet = (name = 'you') => `hello ${name}`;\n" };
const BROKEN = { "src/greet.js": "export const greet = () => '';\n" };

/** What an agent says when its provider has failed. */
function says(error: object, more: Action = {}): Action {
  return { ...more, result: { error }, exit: 1 };
}

function writes(file: string, text: string): Action {
  return { edits: { [file]: `${text}\n` } };
}

function returns(value: string): Action {
  return writes("src/greet.js", `export const greet = () => ${value};`);
}

/** Holds only when the text stands in the instructions. */
function told(text: string): string {
  return `grep -qF '${text}' "$AUTOPACK_INSTRUCTIONS"`;
}

function counters(run: Run): readonly object[] {
  return run.phases.map(({ retryAttempt, interruptions, escalationLevel, revisionEpoch }) => ({
    retryAttempt,
    interruptions,
    escalationLevel,
    revisionEpoch,
  }));
}

function counted(more: object = {}): object {
  return { retryAttempt: 0, interruptions: 0, escalationLevel: 0, revisionEpoch: 0, ...more };
}

/** A phase's attempts as the database has them: role, state and class of failure. */
async function attempts(world: World, phase = 1): Promise<readonly string[]> {
  const { knex } = world.store;
  const rows: { role: string; state: string; failure_class: string | null }[] = await knex("attempts")
    .join("phases", "phases.id", "attempts.phase_id")
    .where({ ordinal: phase })
    .orderBy("number")
    .select("attempts.role", "attempts.state", "failure_class");
  return rows.map((row) => [row.role, row.state, row.failure_class ?? []].flat().join(" "));
}

/** Seconds the newest job of a kind has to wait. */
async function waitOf(world: World, kind: string): Promise<number> {
  const { knex } = world.store;
  const job = await knex("pgboss.job")
    .where({ name: kind })
    .orderBy("created_on", "desc")
    .first<{ seconds: number }>(knex.raw("extract(epoch from start_after - created_on)::float8 as seconds"));
  return Math.round(job?.seconds ?? -1);
}

describe("the provider", () => {
  scenario(
    "what it will not do is not asked twice; the phase says what to do, and the others go on",
    async (world) => {
      world.agent.builds({
        "1": [says({ class: "authentication", message: "401 invalid key" })],
        "2": [says({ class: "permission", message: "403 model not enabled" })],
        "3": [says({ class: "not_found", message: "404 no such model" })],
        "4": [says({ class: "bad_request", message: "400 prompt too long" })],
        "5": [says({ class: "unknown" })],
        "6": [{ edits: { "six.md": "6\n" } }],
      });
      const titles = ["One", "Two", "Three", "Four", "Five", "Six"];
      const phases = titles.map((title) => ({ title, files: [`${title.toLowerCase()}.md`] }));
      const issue = await world.labelIssue("autopack", planIssue(...phases));
      const run = await world.settled(issue, "failed");

      expect(run.state).toMatchObject({ reason: "environment" });
      expect(run.phases.map(({ state }) => state.kind)).toEqual([...Array<string>(5).fill("failed"), "complete"]);
      const classes = ["authentication", "permission", "not_found", "bad_request", "bad_request"];
      for (const [index, name] of classes.entries())
        expect(await attempts(world, index + 1)).toEqual([`builder failed ${name}`]);
      const comment = await world.statusComment(issue);
      expect(comment).toContain("Give the agent valid credentials");
      expect(comment).toContain("Let the agent's account use this model or service");
      expect(comment).toContain("Correct the model or address that the agent asks for");
      expect(comment).toContain("The same request would be refused again: mend the agent");
      expect(comment).toContain("404 no such model");
      expect(comment).toContain("have the operator of this server look at it, then type `/autopack retry`");
    },
    { config: BARE },
  );

  scenario("a rate limit pauses the attempt; the same one goes on, and what it used is added up", async (world) => {
    const usage = { input_tokens: 100, output_tokens: 10, cost_usd: 0.5 };
    const limited = { error: { class: "rate_limit", message: "429", retry_after_seconds: 7 }, usage };
    world.agent.builds([{ result: limited }, { edits: GREET, result: { summary: "", usage } }]);
    world.agent.audits([{ result: { ...limited, usage: {} } }, verdict("approve")]);
    world.hold("build_phase");
    const issue = await world.labelIssue("autopack");
    await world.drain();
    await world.step("build_phase");
    const waiting = await world.run(issue);
    expect(waiting.phases[0]?.attempt).toMatchObject({ number: 1, state: "paused", waits: 1, failure: null });
    expect(await waitOf(world, "build_phase")).toBe(7);
    const { knex } = world.store;
    expect(await knex("ledger_entries").where({ purpose: "attempt" }).select("state", "running_since")).toEqual([
      { state: "reserved", running_since: null },
    ]);

    world.release();
    const run = await world.settled(issue, "promotable");
    expect(counters(run)).toEqual([counted()]);
    expect(await attempts(world)).toEqual(["builder completed", "auditor completed"]);
    expect(run.phases[0]?.auditFailures).toBe(0);
    expect(run.phases[0]?.pastAttempts[0]?.usage).toMatchObject({ inputTokens: 200, outputTokens: 20, costUsd: 1 });
    expect(await knex("ledger_entries").where({ purpose: "attempt" }).orderBy("id").select("state", "tokens")).toEqual([
      { state: "settled", tokens: 220 },
      { state: "settled", tokens: 0 },
    ]);
    expect(await shownRun(world, run.id)).toMatch(/1\.1 +builder +completed, waited 1×/);
  });

  scenario(
    "a failing one, one that is not reached, and an agent that takes too long are tried again after a pause",
    async (world) => {
      world.agent.builds([
        says({ class: "provider", message: "529 overloaded" }),
        says({ class: "connection", message: "no route" }),
        { sh: "trap '' TERM; sleep 600 & sleep 600" },
        { sh: told("did not end within 4 s"), edits: GREET },
      ]);
      world.hold("build_phase");
      const issue = await world.labelIssue("autopack");
      await world.drain();
      for (const seconds of [1, 2, 1]) {
        await world.step("build_phase");
        expect(await waitOf(world, "build_phase")).toBe(seconds);
      }
      world.release();
      const run = await world.settled(issue, "promotable");
      expect(counters(run)).toEqual([counted({ retryAttempt: 3 })]);
      expect(await attempts(world)).toEqual([
        "builder failed provider",
        "builder failed connection",
        "builder timed_out timeout",
        "builder completed",
      ]);
      expect(await world.statusComment(issue)).toContain("4 attempts, 3 failed");
    },
    { config: { ...BARE, agents: { auditor: undefined, builder: { limits: { attempts: 4, seconds: 4 } } } } },
  );

  scenario(
    "one that fails on and on is nothing to investigate",
    async (world) => {
      world.agent.builds([says({ class: "provider", message: "503" })]);
      world.agent.investigates([{ result: { decision: "give_up", summary: "never asked" } }]);
      const issue = await world.labelIssue("autopack");
      const run = await world.settled(issue, "failed");
      expect(await attempts(world)).toEqual(Array(3).fill("builder failed provider"));
      expect(counters(run)).toEqual([counted({ retryAttempt: 3 })]);
      expect(await world.statusComment(issue)).toContain("3 attempts failed. The last one: 503");
    },
    { config: BARE },
  );
});

describe("the work", () => {
  scenario(
    "what does not parse is tried again, and the third time is the last; junk and a crash are told of",
    async (world) => {
      world.agent.builds({
        "1": [writes("src/a.js", "let a = ;"), { sh: told("SyntaxError"), ...writes("src/a.js", "let a = 1;") }],
        "2": [
          { edits: { "src/b.js": "let b = ;\n" } },
          { edits: { "src/b.js": "b b\n" } },
          { edits: { "src/b.js": "(" } },
        ],
        "3": [
          { result: "{ not JSON" },
          { exit: 3, print: "the widget is stuck" },
          { sh: `${told("the widget is stuck")} && echo 3 > three.md` },
        ],
        "4": [{ sh: "mkdir -p .github/workflows && echo 'on: push' > .github/workflows/x.yml" }],
      });
      const phases = [
        { title: "One", files: ["src/a.js"] },
        { title: "Two", files: ["src/b.js"] },
        { title: "Three", files: ["three.md"] },
        { title: "Four", files: ["four.md"] },
      ];
      const issue = await world.labelIssue("autopack", planIssue(...phases));
      const run = await world.settled(issue, "failed");

      expect(run.phases.map(({ state }) => state)).toMatchObject([
        { kind: "complete" },
        { kind: "failed", cause: "phases_failed" },
        { kind: "complete" },
        { kind: "failed", cause: "policy_violation" },
      ]);
      expect(counters(run)).toEqual([
        counted({ retryAttempt: 1 }),
        counted({ retryAttempt: 3 }),
        counted({ retryAttempt: 2 }),
        counted({ retryAttempt: 1 }),
      ]);
      expect(run.phases[1]?.failures.map((failure) => failure.class)).toEqual(["syntax", "syntax", "syntax"]);
      expect(await attempts(world, 3)).toEqual([
        "builder failed junk_result",
        "builder failed agent",
        "builder completed",
      ]);
      expect(await attempts(world, 4)).toEqual(["builder failed policy"]);
      const comment = await world.statusComment(issue);
      expect(comment).toMatch(/3 attempts failed\. The last one: preflight:[^]*SyntaxError/);
      expect(comment).toContain("it steers builds, dependencies, permissions or agents");
    },
    {
      config: {
        ...BARE,
        preflight: ['for file in src/*.js; do node --check "$file" || exit 1; done'],
        agents: { auditor: undefined, builder: { limits: { attempts: 6 } } },
      },
    },
  );

  scenario(
    "what is missing is installed before the next attempt and in its gates; a change that was right lands as it is",
    async (world) => {
      const test = "import pad from 'left-pad';\nimport test from 'node:test';\ntest('pads', () => pad());\n";
      world.agent.builds([{ edits: { "src/pad.test.js": test } }, { sh: "test -f node_modules/left-pad/index.js" }]);
      const issue = await world.labelIssue("autopack");
      const run = await world.settled(issue, "promotable");

      expect(counters(run)).toEqual([counted({ retryAttempt: 1 })]);
      expect(run.phases[0]?.failures.map((failure) => failure.class)).toEqual(["missing_dependency"]);
      expect(run.phases[0]?.evidence[0]?.steps.map(({ name }) => name)).toEqual([
        "left-pad",
        "node --check src/greet.js",
      ]);
      expect(await world.github.file(run.head ?? "", "node_modules/left-pad/index.js")).toBeUndefined();
    },
    {
      config: {
        install: [
          {
            name: "left-pad",
            run: "mkdir -p node_modules/left-pad && echo 'module.exports = () => 1' > node_modules/left-pad/index.js",
          },
        ],
      },
      files: { ".gitignore": "node_modules\n" },
    },
  );
});

describe("the environment", () => {
  scenario(
    "a checkout that cannot be made uses up no attempt, neither the Builder's nor the Auditor's",
    async (world) => {
      const checkout = vi.spyOn(world.deps.git, "checkout");
      checkout.mockRejectedValueOnce(new EnvironmentFailure("the disk is full"));
      world.agent.during("builder", async () => {
        checkout.mockRejectedValueOnce(new EnvironmentFailure("the disk is full again"));
      });
      world.agent.edits(GREET);
      const issue = await world.labelIssue("autopack");
      const run = await world.settled(issue, "promotable");
      expect(counters(run)).toEqual([counted({ interruptions: 2 })]);
      expect(run.phases[0]?.auditFailures).toBe(0);
      expect(await attempts(world)).toEqual([
        "builder failed environment",
        "builder completed",
        "auditor failed environment",
        "auditor completed",
      ]);
    },
    { config: { preflight: [], ci: { normal: [] } } },
  );

  scenario(
    "that stays broken ends the phase after ten interruptions, and the operator is asked",
    async (world) => {
      vi.spyOn(world.deps.git, "checkout").mockRejectedValue(new EnvironmentFailure("the disk is full"));
      world.agent.edits(GREET);
      const issue = await world.labelIssue("autopack");
      const run = await world.settled(issue, "failed");
      expect(run.state).toMatchObject({ reason: "environment" });
      expect(await attempts(world)).toEqual(Array(11).fill("builder failed environment"));
      expect(run.phases[0]?.retryAttempt).toBe(0);
      const comment = await world.statusComment(issue);
      expect(comment).toContain("the disk is full");
      expect(comment).toContain("have the operator of this server look at it");
    },
    { config: BARE },
  );
});

describe("no progress", () => {
  const config = {
    ...BARE,
    ci: { normal: ["node --test"] },
    agents: { auditor: undefined, builder: { limits: { attempts: 5 } } },
  };
  const APPROACH = { decision: "new_approach", summary: "It must return a word.", instructions: "Return a word." };

  scenario(
    "nobody to ask: the same failure a third time is the last, however many attempts are left",
    async (world) => {
      world.agent.builds([{ edits: BROKEN }]);
      const issue = await world.labelIssue("autopack");
      const run = await world.settled(issue, "failed");
      expect(counters(run)).toEqual([counted({ retryAttempt: 3 })]);
      expect(run.phases[0]?.failures.map((failure) => failure.class)).toEqual(["checks", "no_progress", "no_progress"]);
      const comment = await world.statusComment(issue);
      expect(comment).toContain("3 attempts failed. The last one: The attempt changed nothing in answer to this");
    },
    { config },
  );

  scenario(
    "three different failures in a row are looked into while attempts are left",
    async (world) => {
      world.agent.builds({ "1": [{ exit: 2 }, returns("''"), returns("0"), writes("never.md", "1")] });
      world.agent.investigates([{ result: { decision: "give_up", summary: "Nobody can." } }]);
      const issue = await world.labelIssue("autopack");
      const run = await world.settled(issue, "failed");
      expect(await attempts(world)).toEqual([
        "builder failed agent",
        "builder completed",
        "builder completed",
        "investigator completed",
      ]);
      expect(counters(run)).toEqual([counted({ retryAttempt: 2, escalationLevel: 1 })]);
      expect(await world.statusComment(issue)).toContain("the investigator gave up: Nobody can.");
    },
    { config },
  );

  scenario(
    "a change that undoes what has landed is looked into at once, and another approach lands",
    async (world) => {
      world.agent.builds({
        "1": [{ edits: { "docs/one.md": "1\n" } }],
        "2": [{ sh: `if ${told("Return a word.")}; then echo 2 > two.md; else rm docs/one.md; fi` }],
      });
      world.agent.investigates([{ result: APPROACH, sh: told("undoes what phase 1, “One”, has landed") }]);
      const issue = await world.labelIssue("autopack", { body: "- [ ] One\n- [ ] Two\n" });
      const run = await world.settled(issue, "promotable");
      expect(counters(run)).toEqual([counted(), counted({ escalationLevel: 1 })]);
      expect(await attempts(world, 2)).toEqual(["builder completed", "investigator completed", "builder completed"]);
      expect(await world.github.file(run.head ?? "", "docs/one.md")).toBe("1\n");
      expect(await world.statusComment(issue)).toMatch(/\| 2 \| Two \|.*3 attempts, escalated/);
    },
    { config },
  );

  scenario(
    "taking the change back answers nothing, and what was wrong with it outlives a provider's failure",
    async (world) => {
      world.agent.builds([
        { edits: BROKEN },
        { sh: "git checkout -q HEAD -- ." },
        says({ class: "provider", message: "529" }),
        { sh: `${told("The attempt changed nothing in answer to this")} && ${told("greets")}`, edits: GREET },
      ]);
      const issue = await world.labelIssue("autopack");
      const run = await world.settled(issue, "promotable");
      expect(counters(run)).toEqual([counted({ retryAttempt: 3 })]);
      expect(run.phases[0]?.failures.map((failure) => failure.class)).toEqual(["checks", "no_progress", "provider"]);
    },
    { config },
  );
});
