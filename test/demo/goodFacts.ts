import { expected } from "./expected.ts";
import type { Commit, Facts } from "./facts.ts";

const RUN = "1-k3f9x2ab";

/** What a demo that went well leaves to be seen. */
export function goodFacts(): Facts {
  const own = expected.phases.map(({ title, files }, index): Commit => ({
    sha: `phase${index + 1}`,
    parents: [index === 0 ? "root" : `phase${index}`],
    subject: title,
    run: RUN,
    phase: `${RUN}.${index + 1}`,
    attempt: `${RUN}.${index + 1}.2`,
    files,
  }));
  const blank = { run: "", phase: "", attempt: "", files: [] };
  const merge: Commit = { ...blank, sha: "merge", parents: ["root", "phase2"], subject: "Merge" };
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
          headSha: "phase2",
          mergeSha: "merge",
        },
      ],
      checks: expected.checks.map((name) => ({ name, status: "completed", conclusion: "success" })),
      issue: { state: "closed", labels: [expected.label] },
      comments: [`<!-- autopack:run:${RUN} -->\n\n### 🎉 Autopack: promoted as abcdef0 by autopack`],
    },
  };
}
