import { expect } from "vitest";
import { scenario } from "../harness/scenario.ts";
import type { World } from "../harness/world.ts";

const HELLO = { "src/greet.js": "export const greet = (name = 'you') => `hello ${name}`;\n" };
const BYE = { "src/greet.js": "export const greet = (name = 'you') => `good day ${name}`;\n" };

/** Computed forecasts with the time of the computing, which changes with every new one. */
async function computed(world: World): Promise<readonly object[]> {
  return world.store
    .knex("conflict_forecasts")
    .orderBy(["run_id", "other_id"])
    .select("run_id", "other_id", "head", "other_head", "paths", "computed_at");
}

scenario("two live runs that would conflict say so on both issues, until one of them is gone", async (world) => {
  world.agent.edits(HELLO);
  const first = await world.labelIssue("autopack", { title: "Greet warmly" });
  await world.settled(first, "promotable");
  expect(await world.statusComment(first)).not.toContain("Conflicts ahead");

  world.agent.edits(BYE);
  const second = await world.labelIssue("autopack", { title: "Greet formally" });
  const { id } = await world.settled(second, "promotable");
  const conflict = await world.statusComment(first);
  expect(conflict).toContain(
    `run \`${id}\` of [#${second}](${world.github.origin}/acme/widget/issues/${second}): \`src/greet.js\``,
  );
  expect(await world.statusComment(second)).toContain(`[#${first}](`);
  expect(await world.statusComment(second)).not.toContain("its base");

  await world.comment(first, "alice", "/autopack cancel");
  await world.settled(first, "cancelled");
  expect(await world.statusComment(first)).not.toContain("Conflicts ahead");
  expect(await world.statusComment(second)).not.toContain("Conflicts ahead");
});

scenario("a push to the base that will conflict is told of while the run still builds, and once", async (world) => {
  world.agent.builds({ "1": [{ edits: HELLO }], "2": [{ edits: { "docs/tell.md": "told\n" } }] });
  const issue = await world.labelIssue("autopack", { body: "- [ ] Greet\n- [ ] Tell\n" });
  world.hold("build_phase");
  await world.drain();
  await world.step("build_phase");
  await world.drain();
  expect(await world.statusComment(issue)).not.toContain("Conflicts ahead");

  await world.github.pushCommit({ as: "bob", branch: "main", files: BYE, message: "Greet otherwise" });
  await world.drain();
  expect(await world.statusComment(issue)).toMatch(/Conflicts ahead[^]*its base `main`: `src\/greet\.js`/);

  const before = await computed(world);
  const calls = world.github.calls({ kind: "rest" }).length;
  const { repository } = await world.run(issue);
  await world.deps.enqueue(world.store.knex, { kind: "forecast_conflicts", repositoryId: repository.id });
  await world.drain();
  expect(await computed(world)).toEqual(before);
  expect(world.github.calls({ kind: "rest" })).toHaveLength(calls);

  const { id } = await world.run(issue);
  await world.github.pushCommit({
    as: "bob",
    branch: `autonomous/${id}`,
    files: { ...BYE, "by-hand.md": "mine\n" },
    message: "Take theirs",
  });
  await world.drain();
  expect(await world.statusComment(issue)).not.toContain("Conflicts ahead");
});

scenario("a burst of moved heads is one forecast", async (world) => {
  world.agent.edits(HELLO);
  const issue = await world.labelIssue("autopack");
  world.hold("forecast_conflicts");
  const { repository } = await world.settled(issue, "promotable");
  for (let times = 0; times < 3; times += 1)
    await world.deps.enqueue(world.store.knex, { kind: "forecast_conflicts", repositoryId: repository.id });
  const waiting = await world.store.knex("pgboss.job").where({ name: "forecast_conflicts", state: "created" });
  expect(waiting).toHaveLength(1);
});
