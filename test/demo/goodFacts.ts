import { expected } from "./expected.ts";
import type { Commit, Facts } from "./facts.ts";

const RUN = "1-k3f9x2ab";

/** The order in which phases landed, within a wave as they were ready. */
const LANDED = [1, 4, 2, 3, 5];

/** What a demo that went well leaves to be seen. */
export function goodFacts(): Facts {
  const { phases, tiers, waves, backlog } = expected;
  const own = LANDED.map((ordinal, index): Commit => ({
    sha: `phase${ordinal}`,
    parents: [index === 0 ? "root" : `phase${LANDED[index - 1]}`],
    subject: phases[ordinal - 1]?.title ?? "",
    run: RUN,
    phase: `${RUN}.${ordinal}`,
    attempt: `${RUN}.${ordinal}.2`,
    files: phases[ordinal - 1]?.files ?? [],
  }));
  const blank = { run: "", phase: "", attempt: "", files: [] };
  const merge: Commit = { ...blank, sha: "merge", parents: ["root", "phase5"], subject: "Merge" };
  const root: Commit = { ...blank, sha: "root", parents: [], subject: "Initial commit", files: ["README.md"] };
  return {
    git: {
      commits: [merge, ...own.toReversed(), root],
      tests: { exitCode: 0, output: "" },
      tryout: expected.tryout,
    },
    view: {
      branches: [expected.base],
      pulls: [
        {
          number: 2,
          url: "http://127.0.0.1:4080/acme/ladle/pull/2",
          state: "closed",
          merged: true,
          draft: false,
          base: expected.base,
          headRef: `autonomous/${RUN}`,
          headSha: "phase5",
          mergeSha: "merge",
        },
      ],
      checks: expected.checks.map((name) => ({ name, status: "completed", conclusion: "success" })),
      issue: { state: "closed", labels: [expected.label] },
      comments: [`<!-- autopack:run:${RUN} -->\n\n### 🎉 Autopack: promoted as abcdef0 by autopack`],
    },
    record: {
      run: { id: RUN, state: "promoted" },
      tiers: tiers.map((title) => ({ title, state: "complete", cleanliness: "clean" })),
      spend: { tokens: 0, costUsd: 0 },
      waves: waves.map((wave) => ({ phases: wave, state: "completed", sideBySide: wave.length })),
      phases: phases.map(({ title, failures, revisions, validators }, index) => ({
        title,
        state: "complete",
        sha: `phase${index + 1}`,
        failures,
        revisions,
        builders: 1 + failures + revisions,
        validators,
      })),
      backlog,
    },
  };
}
