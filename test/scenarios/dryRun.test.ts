import { rm } from "node:fs/promises";
import { expect } from "vitest";
import type { Sha } from "../../src/domain/ids.ts";
import { scenario } from "../harness/scenario.ts";

const PLAN =
  "```yaml\nautopack:\n  tiers:\n    - title: All\n      phases:\n        - { title: One, files: [one.md] }\n        - { title: Two, files: [two.md], depends_on: [One] }\n```\n";

scenario("a dry run does all but push and open, and says what would have landed", async (world) => {
  world.agent.builds({ "1": [{ edits: { "one.md": "1\n" } }], "2": [{ edits: { "two.md": "2\n2\n" } }] });
  const issue = await world.labelIssue("autopack:dry-run", { body: PLAN });
  const run = await world.settled(issue, "no_changes");

  expect(run.phases.map(({ state }) => state.kind)).toEqual(["complete", "complete"]);
  expect(await world.events(run.id)).toContain("gates_verified");
  expect(run.pull).toBeNull();
  expect(await world.github.branches()).toEqual(["main"]);
  expect(await world.github.pulls()).toEqual([]);
  const comment = await world.statusComment(issue);
  expect(comment).toContain("dry run done: 2 phases would land");
  expect(comment).toMatch(/2\. Two: 1 file, \+2 −0 \(`two.md`\)/);
  expect(await world.github.labels(issue)).toEqual([]);
  expect(world.github.checks(run.head ?? "")).toEqual([]);
});

scenario("a dry run whose mirror is lost has its commits made again from their patches", async (world) => {
  world.agent.builds({ "1": [{ edits: { "one.md": "1\n" } }], "2": [{ edits: { "two.md": "2\n" } }] });
  const issue = await world.labelIssue("autopack:dry-run", { body: PLAN });
  world.hold("verify_run");
  const { repository, head } = await world.settled(issue, "verifying");
  const checkout = await world.deps.git.checkout(repository, { commit: head as Sha });
  await checkout.dispose();
  await rm(checkout.mirrorPath, { recursive: true });
  world.release();
  await world.github.pushCommit({ as: "bob", branch: "main", files: { "else.md": "x\n" }, message: "Else" });
  const run = await world.settled(issue, "no_changes");
  expect(run.head).toBe(head);
  expect(await world.deps.git.has(repository, [head as Sha])).toBe(true);
  expect(await world.github.branches()).toEqual(["main"]);
});

scenario("a dry run is told of hints about a branch that it does not have, and goes on", async (world) => {
  world.agent.builds({ "1": [{ edits: { "one.md": "1\n" } }], "2": [{ edits: { "two.md": "2\n" } }] });
  const issue = await world.labelIssue("autopack:dry-run", { body: PLAN });
  world.hold("verify_run");
  const { id } = await world.settled(issue, "verifying");
  await world.store.knex.transaction(async (tx) => world.deps.enqueue(tx, { kind: "watch_head", runId: id }));
  world.release();
  await world.settled(issue, "no_changes");
});
