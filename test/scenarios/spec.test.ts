import { expect } from "vitest";
import { scenario } from "../harness/scenario.ts";

const FOLDER = "specs/001-greet-by-name";

scenario(
  "the label for specifications: three documents in one folder, and a later issue builds what they say",
  async (world) => {
    world.agent.builds({
      "1": [{ edits: { [`${FOLDER}/spec.md`]: "# Greet\n\n- FR-001: greet by name\n" } }],
      "2": [{ edits: { [`${FOLDER}/plan.md`]: "# Plan\n\nChange `src/greet.js`.\n" } }],
      "3": [{ edits: { [`${FOLDER}/tasks.md`]: "# Tasks\n\n- [ ] T001 Greet in src/greet.js\n" } }],
    });
    const issue = await world.labelIssue("autopack:spec");
    expect(issue).toBe(1);
    const run = await world.settled(issue, "promotable");
    expect(run.plan?.source).toBe("spec");
    expect(run.settings?.paths.allowed).toEqual([`${FOLDER}/**`]);
    const commits = (await world.github.log(`autonomous/${run.id}`)).slice(0, 3).toReversed();
    expect(commits.map(({ files }) => files)).toEqual([
      [`${FOLDER}/spec.md`],
      [`${FOLDER}/plan.md`],
      [`${FOLDER}/tasks.md`],
    ]);
    await world.github.mergePull(run.pull?.number ?? 0, { as: "bob" });
    await world.settled(issue, "promoted");

    const later = await world.openIssue({ title: "Build it", body: `As ${FOLDER} says.` });
    await world.comment(later, "tri", "/autopack plan");
    await world.drain();
    expect((await world.answers(later)).join("\n")).toMatch(/one phase.*T001 Greet in/s);
  },
);

scenario("a Builder that touches code in a specification run is stopped", async (world) => {
  world.agent.edits({ "src/greet.js": "export const greet = () => 'hi';\n" });
  const issue = await world.labelIssue("autopack:spec");
  const run = await world.settled(issue, "failed");
  expect(run.state).toMatchObject({ message: expect.stringContaining("src/greet.js") });
  expect(await world.github.branches()).toEqual(["main"]);
});
