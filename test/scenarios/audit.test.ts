import { expect } from "vitest";
import { verdict } from "../harness/agentScript.ts";
import { scenario } from "../harness/scenario.ts";

const GREET = { "src/greet.js": "export const greet = (name = 'you') => `hello ${name}`;\n" };

scenario("the Auditor approves: its findings are annotations on the audit check", async (world) => {
  world.agent.edits(GREET);
  const finding = {
    severity: "minor",
    title: "No test for a name",
    detail: "greet('Ann') is untested.",
    path: "src/greet.js",
    line: 1,
  };
  world.agent.audits([verdict("approve", { findings: [finding] })]);
  const issue = await world.labelIssue("autopack");
  const run = await world.settled(issue, "promotable");
  const check = world.check(run.head, "autopack/audit");
  expect(check).toMatchObject({ conclusion: "success" });
  expect(check?.annotations).toMatchObject([{ path: "src/greet.js", start_line: 1, title: "No test for a name" }]);
});

scenario(
  "the Auditor asks for a revision: the Builder gets the findings, goes on from its change, and it lands as one commit",
  async (world) => {
    world.agent.builds([
      { edits: GREET },
      {
        sh: "grep -q 'say good day' $AUTOPACK_INSTRUCTIONS && grep -q 'hello' src/greet.js && sed -i 's/hello/good day/' src/greet.js",
      },
    ]);
    const finding = { severity: "major", title: "Too casual", detail: "say good day", path: "src/greet.js", line: 1 };
    world.agent.audits([verdict("revise", { findings: [finding] }), verdict("approve")]);
    const issue = await world.labelIssue("autopack");
    const run = await world.settled(issue, "promotable");
    expect(run.phases[0]).toMatchObject({ revisionEpoch: 1, retryAttempt: 0 });
    expect(await world.github.file(run.head ?? "", "src/greet.js")).toContain("good day");
    const ours = (await world.github.log(`autonomous/${run.id}`)).filter(({ trailers }) => "Autopack-Run" in trailers);
    expect(ours).toHaveLength(1);
  },
);

scenario("the Auditor asks for revisions without end: after the configured rounds a person decides", async (world) => {
  world.agent.builds([{ edits: { "a.md": "1\n" } }, { edits: { "a.md": "2\n" } }, { edits: { "a.md": "3\n" } }]);
  world.agent.audits([verdict("revise")]);
  const issue = await world.labelIssue("autopack");
  const run = await world.settled(issue, "failed");
  expect(run.state).toMatchObject({ reason: "requires_human_review" });
  expect(run.phases[0]?.revisionEpoch).toBe(2);
  expect(await world.statusComment(issue)).toContain("/autopack retry");
  expect(await world.github.labels(issue)).toContain("autopack:needs-human");
});

scenario("the Auditor escalates: nothing lands, and a person is asked", async (world) => {
  world.agent.edits(GREET);
  world.agent.audits([verdict("escalate", { summary: "This changes what customers read." })]);
  const issue = await world.labelIssue("autopack");
  const run = await world.settled(issue, "failed");
  expect(run.state).toMatchObject({ reason: "requires_human_review" });
  expect(await world.github.branches()).toEqual(["main"]);
  expect(await world.statusComment(issue)).toContain("This changes what customers read.");
});

scenario("the Auditor returns junk: it is asked again, and its second answer counts", async (world) => {
  world.agent.edits(GREET);
  world.agent.audits([{ result: "LGTM!! {" }, verdict("approve")]);
  const issue = await world.labelIssue("autopack");
  const run = await world.settled(issue, "promotable");
  expect(run.phases[0]).toMatchObject({ auditFailures: 1, retryAttempt: 0 });
});

scenario("the Auditor returns nothing but junk: that is no approval", async (world) => {
  world.agent.edits(GREET);
  world.agent.audits([{ result: { verdict: "approved", confidence: 1 } }]);
  const issue = await world.labelIssue("autopack");
  const run = await world.settled(issue, "failed");
  expect(run.state).toMatchObject({ reason: "requires_human_review" });
  expect(await world.github.branches()).toEqual(["main"]);
});

scenario("the Auditor cannot change what it judges", async (world) => {
  world.agent.edits(GREET);
  world.agent.audits([{ ...verdict("approve"), sh: "echo hacked > src/greet.js; touch new.js; true" }]);
  const issue = await world.labelIssue("autopack");
  const run = await world.settled(issue, "promotable");
  expect(await world.github.file(run.head ?? "", "src/greet.js")).toBe(GREET["src/greet.js"]);
  expect(await world.github.file(run.head ?? "", "new.js")).toBeUndefined();
});

scenario(
  "audits switched off in so many words: the check says so",
  async (world) => {
    world.agent.edits(GREET);
    const issue = await world.labelIssue("autopack");
    const run = await world.settled(issue, "promotable");
    expect(world.check(run.head, "autopack/audit")).toMatchObject({ conclusion: "skipped" });
    expect(await world.store.knex("attempts").pluck("role")).toEqual(["builder"]);
  },
  { config: { audit: { required: false }, agents: { auditor: undefined } } },
);
