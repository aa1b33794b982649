import { expect } from "vitest";
import { scenario } from "../harness/scenario.ts";

const BROKEN = "export const greet = () => '';";
const GREET = "export const greet = () => 'hello';";

function writes(text: string): string {
  return `printf '%s\\n' "${text}" > src/greet.js`;
}

/** A Builder that fails the same way until its instructions hold a word of the investigator's. */
function failsUntil(word: string): { readonly sh: string } {
  return {
    sh: `if grep -q '${word}' "$AUTOPACK_INSTRUCTIONS"; then ${writes(`${GREET} // ${word}`)}; else ${writes(BROKEN)}; fi`,
  };
}

const NEW_APPROACH = {
  result: { decision: "new_approach", summary: "It returns nothing.", instructions: "Use plan B: return a word." },
};

scenario("a phase that fails in the same way twice is looked into, and lands by the new approach", async (world) => {
  world.agent.builds([failsUntil("plan B")]);
  world.agent.investigates([
    {
      ...NEW_APPROACH,
      // What it is shown: the error, the change, the history; in a checkout that it can read and not write.
      sh: [
        'test "$AUTOPACK_ROLE" = investigator',
        'grep -q "node --test" "$AUTOPACK_INSTRUCTIONS"',
        `grep -q "^+${BROKEN}" "$AUTOPACK_INSTRUCTIONS"`,
        'grep -q "checks_failed" "$AUTOPACK_INSTRUCTIONS"',
        `grep -q "${BROKEN}" src/greet.js`,
        "! touch src/new.js 2>/dev/null",
      ].join(" && "),
    },
  ]);
  const issue = await world.labelIssue("autopack");
  const run = await world.settled(issue, "promotable");

  expect(run.phases[0]).toMatchObject({ escalationLevel: 1, approach: "Use plan B: return a word." });
  expect(await world.store.knex("attempts").orderBy("number").pluck("role")).toEqual([
    "builder",
    "builder",
    "investigator",
    "builder",
    "auditor",
  ]);
  expect(await world.github.file(run.head ?? "", "src/greet.js")).toContain("plan B");
  expect(await world.events(run.id)).toContain("investigation_finished");
});

scenario("a split: follow-ups land in the phase's place, and what waited for it comes after them", async (world) => {
  world.agent.builds({
    "1": [failsUntil("never said")],
    "2": [{ sh: "test -f half.md && test -f other.md && echo done > two.md" }],
    "3": [{ edits: { "half.md": "half\n" } }],
    "4": [{ sh: "test -f half.md && echo other > other.md" }],
  });
  const half = { title: "One half", instructions: "Write half.md.", files: ["half.md"] };
  const other = { title: "The other half", instructions: "Write other.md.", after: ["One half"] };
  world.agent.investigates([{ result: { decision: "split", summary: "Too much at once.", phases: [half, other] } }]);
  const body =
    "```yaml\nautopack:\n  phases:\n    - { title: One, files: [half.md, other.md] }\n    - { title: Two, files: [two.md], depends_on: [One] }\n```\n";
  const issue = await world.labelIssue("autopack", { body });
  const run = await world.settled(issue, "promotable");

  expect(run.phases.map(({ state }) => state.kind)).toEqual(["skipped", "complete", "complete", "complete"]);
  expect(run.phases[0]?.state).toMatchObject({ reason: "split into 3, 4", cause: "split" });
  expect(run.phases[1]?.plan.dependsOn).toEqual([3, 4]);
  const landed = (await world.github.log(`autonomous/${run.id}`)).map(({ subject }) => subject);
  expect(landed.slice(0, 3)).toEqual([
    expect.stringContaining("Two"),
    expect.stringContaining("The other half"),
    expect.stringContaining("One half"),
  ]);
});

scenario("the investigator gives up: the phase fails with its words, and nothing lands", async (world) => {
  world.agent.builds([failsUntil("never said")]);
  world.agent.investigates([{ result: { decision: "give_up", summary: "The word was taken out of the language." } }]);
  const issue = await world.labelIssue("autopack");
  const run = await world.settled(issue, "failed");

  expect(run.state).toMatchObject({ reason: "phases_failed" });
  expect(await world.statusComment(issue)).toContain("The word was taken out of the language.");
  expect(await world.github.branches()).toEqual(["main"]);
});

scenario("an answer of the investigator's that makes no sense changes nothing but the end", async (world) => {
  world.agent.builds([failsUntil("never said")]);
  world.agent.investigates([{ result: { decision: "split", summary: "Somehow.", phases: [] } }]);
  const issue = await world.labelIssue("autopack");
  const run = await world.settled(issue, "failed");

  expect(run.phases).toHaveLength(1);
  expect(run.phases[0]?.approach).toBeNull();
  expect(await world.statusComment(issue)).toContain("no usable answer");
});

scenario("an investigation is bounded: an approach that does not help ends the phase", async (world) => {
  world.agent.builds([failsUntil("never said")]);
  world.agent.investigates([NEW_APPROACH]);
  const issue = await world.labelIssue("autopack");
  const run = await world.settled(issue, "failed");

  const roles = await world.store.knex("attempts").orderBy("number").pluck("role");
  expect(roles.filter((role) => role === "investigator")).toHaveLength(1);
  expect(run.state).toMatchObject({
    reason: "phases_failed",
    message: expect.stringContaining("attempts failed after an investigation") as string,
  });
});

scenario("a rate limit is waited for, and uses up no attempt", async (world) => {
  const limited = { class: "rate_limit", message: "429", retry_after_seconds: 1 };
  world.agent.builds([{ result: { error: limited }, exit: 1 }]);
  world.hold("build_phase");
  const issue = await world.labelIssue("autopack");
  await world.drain();

  for (const waits of [1, 2, 3]) {
    expect(await world.step("build_phase")).toBe(true);
    const { phases } = await world.run(issue);
    expect(phases[0]).toMatchObject({ retryAttempt: 0, failures: [], attempt: { number: 1, state: "paused", waits } });
  }
});

scenario("a provider that refuses the agent's key ends the phase at once, and says what to do", async (world) => {
  world.agent.builds([{ result: { error: { class: "authentication", message: "401 invalid key" } } }]);
  const issue = await world.labelIssue("autopack");
  const run = await world.settled(issue, "failed");

  expect(run.state).toMatchObject({ reason: "environment" });
  expect(await world.store.knex("attempts").pluck("role")).toEqual(["builder"]);
  expect(await world.statusComment(issue)).toMatch(/401 invalid key[^]*valid credentials/);
});
