import { expect } from "vitest";
import { scenario } from "../harness/scenario.ts";

scenario("a clean-up run takes what the backlog holds, and is refused kindly when that is nothing", async (world) => {
  world.agent.edits({ "src/greet.js": "export const greet = () => 'HELLO';\n" });
  const issue = await world.openIssue();
  await world.comment(issue, "bob", "/autopack debt");
  const empty = await world.settled(issue, "failed");
  expect(empty.state).toMatchObject({
    reason: "plan_invalid",
    message: expect.stringContaining("nothing to clean up"),
  });

  await world.store.knex("backlog").insert({
    repository_id: empty.repository.id,
    key: "auditor:src/greet.js:quiet",
    title: "Greets too quietly",
    detail: "It should be louder.",
    path: "src/greet.js",
    severity: "minor",
    source: "auditor",
    status: "open",
    first_run: empty.id,
    last_run: empty.id,
  });
  await world.comment(issue, "bob", "/autopack debt");
  const run = await world.settled(issue, "promotable");
  expect(run.plan).toMatchObject({
    source: "backlog",
    phases: [{ category: "debt_cleanup", files: ["src/greet.js"] }],
  });
});
