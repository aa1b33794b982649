import { expect } from "vitest";
import type { Run } from "../../src/domain/run.ts";
import { planIssue } from "../harness/planIssue.ts";
import { scenario } from "../harness/scenario.ts";

/** Put together here, so that nobody who searches this repository takes it for one. */
const TOKEN = ["ghp", "wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx"].join("_");
const LEAKED = `export const token = "${TOKEN}";\n`;

function preflight(run: Run) {
  return run.phases[0]?.evidence.find(({ gate }) => gate === "preflight");
}

scenario("a Builder that writes a secret is told where, mends it, and lands", async (world) => {
  world.agent.builds([
    { edits: { "src/token.js": LEAKED } },
    { edits: { "src/token.js": "export const token = process.env.TOKEN;\n" } },
  ]);
  const issue = await world.labelIssue("autopack", planIssue({ title: "One", files: ["src/token.js"] }));
  const run = await world.settled(issue, "promotable");
  expect(run.phases[0]).toMatchObject({
    state: { kind: "complete" },
    retryAttempt: 1,
    failures: [{ class: "rejected" }],
  });
  expect(run.phases[0]?.evidence.flatMap(({ objections }) => objections ?? [])).toEqual([]);
  const history = JSON.stringify(await world.events(run.id));
  expect(history).not.toContain(TOKEN);
});

scenario(
  "a Builder that insists fails the phase, and a maintainer may accept exactly that, with a reason",
  async (world) => {
    world.agent.builds([{ edits: { "src/token.js": LEAKED } }]);
    const issue = await world.labelIssue("autopack", planIssue({ title: "One", files: ["src/token.js"] }));
    const failed = await world.settled(issue, "failed");
    expect(failed.state).toMatchObject({ reason: "phases_failed" });
    expect(preflight(failed)).toMatchObject({
      conclusion: "failure",
      reason: "Secrets: 1 objection to the change",
      steps: [{ name: "Secrets", ruleSet: "secrets", outcome: "failed" }],
      findings: [{ severity: "major", source: "static_check", path: "src/token.js", lines: { start: 1, end: 1 } }],
    });
    expect(JSON.stringify(failed.phases)).not.toContain(TOKEN);
    const status = await world.statusComment(issue);
    expect(status).toContain('`/autopack override secrets phase=1 reason="…"`');
    expect(status).not.toContain(TOKEN);

    const refusal = await world.comment(issue, "bob", '/autopack override secrets phase=1 reason="it is mine"');
    await world.drain();
    expect((await world.run(issue)).accepted).toEqual([]);
    expect(world.reactions(refusal)).toContain("-1");

    const attempts = failed.phases[0]?.attempt?.number;
    await world.comment(issue, "mona", '/autopack override secrets phase=1 reason="a sample from the documentation"');
    const run = await world.settled(issue, "promotable");
    expect(run.accepted).toMatchObject([{ ruleSet: "secrets", by: "mona", phase: 1 }]);
    expect(run.phases[0]?.state.kind).toBe("complete");
    // The only later attempt is the Auditor's: the candidate was kept.
    expect(run.phases[0]?.pastAttempts.filter(({ role }) => role === "builder")).toHaveLength(attempts ?? 0);
    expect(preflight(run)).toMatchObject({ conclusion: "success", findings: [{ severity: "minor" }] });
    const [pull] = await world.github.pulls();
    expect(pull?.body).toContain("a sample from the documentation");
    expect(await world.events(run.id)).toContain("objections_accepted");
  },
);

scenario("a package that only looks like a well-known one does not land", async (world) => {
  const before = '{ "type": "module" }\n';
  const squat = '{ "type": "module", "dependencies": { "lodahs": "4.0.0" } }\n';
  world.agent.builds([
    { edits: { "package.json": squat } },
    { edits: { "package.json": before, "docs/no.md": "No.\n" } },
  ]);
  const issue = await world.labelIssue(
    "autopack",
    planIssue({ title: "Use lodahs", files: ["package.json", "docs/no.md"] }),
  );
  const run = await world.settled(issue, "promotable");
  expect(await world.github.file(run.head ?? "", "package.json")).toBe(before);
  expect(run.phases[0]?.failures).toMatchObject([{ class: "rejected" }]);
});

scenario("an older version of a file, written over what landed since, does not land", async (world) => {
  const older = "export function greet() {\n  return 'hello';\n}\n";
  const newer = "export function greet(name = 'you') {\n  return `hello ${name}`;\n}\n";
  await world.github.pushCommit({
    as: "bob",
    branch: "main",
    files: { "src/greet.js": older },
    message: "Write it out",
  });
  await world.github.pushCommit({
    as: "bob",
    branch: "main",
    files: { "src/greet.js": newer },
    message: "Greet by name",
  });
  world.agent.builds([{ edits: { "src/greet.js": `${older}export const bye = () => 'bye';\n` } }]);
  const issue = await world.labelIssue("autopack", planIssue({ title: "Say goodbye", files: ["src/greet.js"] }));
  const run = await world.settled(issue, "failed");
  expect(preflight(run)).toMatchObject({ reason: "Revert: 1 objection to the change" });
  expect(run.phases[0]?.state).toMatchObject({ kind: "failed" });
});

scenario(
  "a person's push with a skipped test and a secret shows red, by line, and each is accepted by its name",
  async (world) => {
    world.agent.edits({ "docs/one.md": "1\n" });
    const issue = await world.labelIssue("autopack", planIssue({ title: "One", files: ["docs/one.md"] }));
    const first = await world.settled(issue, "promotable");
    const branch = `autonomous/${first.id}`;
    const skipped =
      "import test from 'node:test';\nimport assert from 'node:assert';\nimport { greet } from './greet.js';\ntest.skip('greets', () => assert.ok(greet().length > 0));\n";
    await world.github.pushCommit({
      as: "bob",
      branch,
      files: { "src/greet.test.js": skipped, "src/token.js": LEAKED },
      message: "Push on",
    });
    const red = await world.settled(issue, "failed");
    const check = world.check(red.head, "autopack/preflight");
    expect(check?.conclusion).toBe("failure");
    expect(
      check?.annotations
        .map(({ path, start_line, annotation_level }) => `${path}:${start_line} ${annotation_level}`)
        .toSorted(),
    ).toEqual(["src/greet.test.js:4 failure", "src/token.js:1 failure"]);
    expect(JSON.stringify(check)).not.toContain(TOKEN);

    await world.comment(issue, "mona", '/autopack override tampering reason="flaky on this runner, see #9"');
    expect((await world.settled(issue, "failed")).accepted).toHaveLength(1);
    await world.comment(issue, "mona", '/autopack override secrets reason="revoked sample"');
    const run = await world.settled(issue, "promotable");
    expect(run.head).toBe(red.head);
    expect(world.check(run.head, "autopack/preflight")?.conclusion).toBe("success");

    // What was accepted stays so on the next head; what is new does not.
    await world.github.pushCommit({ as: "bob", branch, files: { "docs/two.md": "2\n" }, message: "Go on" });
    await world.settled(issue, "promotable");
    await world.github.pushCommit({ as: "bob", branch, files: { "src/more.js": LEAKED }, message: "Again" });
    const again = await world.settled(issue, "failed");
    expect(again.gates.find(({ gate }) => gate === "preflight")?.reason).toBe("Secrets: 1 objection to the change");
  },
);

scenario(
  "a rule set that the repository lets warn lets the change land, with a finding",
  async (world) => {
    world.agent.edits({ "src/token.js": LEAKED });
    const issue = await world.labelIssue("autopack", planIssue({ title: "One", files: ["src/token.js"] }));
    const run = await world.settled(issue, "promotable");
    expect(preflight(run)?.findings).toMatchObject([{ severity: "minor", source: "static_check" }]);
  },
  { config: { gates: { secrets: "warn" } } },
);
