import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { DemoMeans } from "./demoMeans.ts";
import { differences } from "./differences.ts";
import { expected, expectedOf } from "./expected.ts";
import type { Facts, RecordFacts } from "./facts.ts";
import type { StepLine } from "./progress.ts";
import { readGit, readView } from "./readFacts.ts";
import { readRecord } from "./readRecord.ts";
import type { Parts } from "./startDemo.ts";
import { count } from "./wording.ts";

/** Comment, labels and branch follow the merge by jobs of their own, so they get this long to be as they should. */
const SETTLE_MS = 20_000;
const LOOK_MS = 200;

export interface Verified {
  readonly facts: Facts;
  readonly differences: readonly string[];
}

/** Looks at what came of it from outside: by git, by GitHub's API, and into the database. */
export async function verifyDemo(
  { github, folder, database }: Pick<Parts, "github" | "folder" | "database">,
  { issue, means: { progress, signal, agent } }: { readonly issue: number; readonly means: DemoMeans },
): Promise<Verified> {
  const api = `${github.origin}/api/v3/repos/acme/ladle`;
  const reader = { api, token: github.asUser("alice"), issue };
  const place = { cloneUrl: `${github.origin}/acme/ladle.git`, base: expected.base, folder: join(folder, "clone") };
  const deadline = performance.now() + SETTLE_MS;

  return progress.step({
    name: "verification",
    title: "Verifying from outside",
    async work(line) {
      line.now("cloning, and running the tests");
      const git = await readGit(place);
      line.now("asking GitHub and the database");
      for (;;) {
        signal.throwIfAborted();
        const facts = { git, view: await readView(reader), record: await readRecord(database.db, issue) };
        const verified = { facts, differences: differences(facts, expectedOf(agent)) };
        if (verified.differences.length === 0 || performance.now() > deadline) return report(verified, line);
        await delay(LOOK_MS);
      }
    },
  });
}

function report(verified: Verified, line: StepLine): Verified {
  const { git, view, record } = verified.facts;
  for (const text of verified.differences) line.note(text, "bad");
  if (verified.differences.length > 0) {
    line.done("Verified from outside, and NOT as it should be");
    return verified;
  }
  const milk = git.tryout.split("\n").find((row) => row.includes("milk")) ?? "";
  line.note(`a fresh clone of ${expected.base} has the commits, and its tests pass`, "good");
  line.note(`${view.checks.length} check runs on the head, all green; the branch is gone, the issue closed`, "good");
  line.note(`ladle pancakes --guests 5: ${milk.trim().replaceAll(/ +/g, " ")}, and so on`, "good");
  line.note(whatTheDatabaseHolds(record), "good");
  line.done("Verified from outside, by git, by GitHub's API and in the database: all as it should be");
  return verified;
}

function whatTheDatabaseHolds({ tiers, waves, phases, backlog }: RecordFacts): string {
  const mended = phases.filter(({ failures }) => failures > 0).length;
  const abreast = Math.max(...waves.map(({ sideBySide }) => sideBySide));
  const parts = [
    count(tiers.length, "clean tier"),
    `${abreast} Builders at work at one moment`,
    `${count(mended, "failed phase")} mended`,
    `${count(backlog.length, "finding")} in the backlog`,
  ];
  return `the database: ${parts.join(", ")}`;
}
