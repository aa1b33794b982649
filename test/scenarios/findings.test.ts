import { expect } from "vitest";
import { backlogOf } from "../../src/store/backlogEntries.ts";
import type { Run } from "../../src/domain/run.ts";
import { scenario } from "../harness/scenario.ts";
import type { World } from "../harness/world.ts";

const FINDING = { severity: "minor", title: "greet() has no tests for 3 names", path: "src/greet.js", line: 1 };

/** The same problem in other words for the same thing: on another line, with another number. */
function moved(line: number): readonly object[] {
  return [{ ...FINDING, line, title: `greet() has no tests for ${line} names` }];
}

/** A run that lands a change of `src/greet.js`, and says what is not well with it. */
async function runWith(world: World, turn: number, findings: readonly object[]): Promise<Run> {
  const text = `export const greet = () => 'hello ${turn}';\n`;
  world.agent.builds([{ edits: { "src/greet.js": text }, result: { summary: "", findings } }]);
  const issue = await world.labelIssue("autopack", { title: `Turn ${turn}` });
  await world.drain();
  return world.run(issue);
}

async function backlog(world: World, run: Run) {
  const entries = await backlogOf(world.store.knex, { repositoryId: run.repository.id, limit: 10 });
  return entries.map(({ title, status, age }) => ({ title, status, ...age }));
}

scenario(
  "a finding that comes back run after run becomes due, counts as major, and is gone when a run that touched its file does not see it",
  async (world) => {
    // The same problem on other lines, three times in the first run: it ages by one.
    const first = await runWith(world, 1, [...moved(1), ...moved(2), ...moved(3)]);
    expect(first.state.kind).toBe("promoted");
    expect(await backlog(world, first)).toMatchObject([{ status: "open", runs: 1, tiers: 1 }]);
    const second = await runWith(world, 2, moved(7));
    expect(second).toMatchObject({ state: { kind: "promoted" }, agedFindings: [] });
    const third = await runWith(world, 3, moved(4));
    expect(third.state.kind).toBe("promoted");
    expect(await backlog(world, third)).toMatchObject([{ status: "needs_cleanup", runs: 3 }]);

    const fourth = await runWith(world, 4, moved(5));
    expect(fourth.agedFindings).toHaveLength(1);
    expect(fourth.tiers).toMatchObject([{ cleanliness: "not_clean", reasons: ["1 major finding"] }]);
    expect(fourth.state.kind).toBe("promotable");
    expect(world.check(fourth.head, "autopack/promotion")?.conclusion).not.toBe("success");
    expect(await world.statusComment(fourth.request.issueNumber)).toContain("is not clean");

    // While it is under way it may still bring what it has seen.
    await world.comment(fourth.request.issueNumber, "alice", "/autopack cancel");
    const fifth = await runWith(world, 5, []);
    expect(fifth.state.kind).toBe("promoted");
    expect(await backlog(world, fifth)).toMatchObject([{ status: "resolved" }]);
  },
  { config: { promotion: { auto_merge: true } } },
);

scenario(
  "what is due becomes a phase of the next run, where the configuration asks for it",
  async (world) => {
    await runWith(world, 1, [FINDING]);
    const second = await runWith(world, 2, [FINDING]);
    expect(await backlog(world, second)).toMatchObject([{ status: "needs_cleanup" }]);
    world.agent.builds({
      "1": [{ edits: { "docs/tell.md": "told\n" } }],
      "2": [{ edits: { "src/greet.js": "export const greet = () => 'tested';\n" } }],
    });
    const issue = await world.labelIssue("autopack", { title: "Tell" });
    const run = await world.settled(issue, "promoted");
    expect(run.phases[1]?.plan).toMatchObject({
      category: "debt_cleanup",
      tier: "Debt clean-up",
      files: ["src/greet.js"],
    });
    expect(await backlog(world, run)).toMatchObject([{ status: "resolved" }]);
  },
  { config: { promotion: { auto_merge: true }, backlog: { clean_up: true, age: { runs: 2 } } } },
);
