import { expect, test } from "vitest";
import { differences } from "./differences.ts";
import { expected } from "./expected.ts";
import type { Commit, Facts, PullFacts } from "./facts.ts";
import { goodFacts } from "./goodFacts.ts";

test("nothing is said of what is as it should be", () => {
  expect(differences(goodFacts(), expected)).toEqual([]);
});

function withCommit(at: number, change: Partial<Commit>): Facts {
  const facts = goodFacts();
  const commits = facts.git.commits.map((commit, index) => (index === at ? { ...commit, ...change } : commit));
  return { ...facts, git: { ...facts.git, commits } };
}

function withGit(change: Partial<Facts["git"]>): Facts {
  const facts = goodFacts();
  return { ...facts, git: { ...facts.git, ...change } };
}

function withView(change: Partial<Facts["view"]>): Facts {
  const facts = goodFacts();
  return { ...facts, view: { ...facts.view, ...change } };
}

function withPull(change: Partial<PullFacts>): Facts {
  const { pulls } = goodFacts().view;
  return withView({ pulls: pulls.map((pull) => ({ ...pull, ...change })) });
}

const { commits } = goodFacts().git;
const { pulls, checks, comments } = goodFacts().view;

test.each<[string, Facts, RegExp]>([
  ["no merge", withGit({ commits: commits.slice(1) }), /main has 3 commits, not 4/],
  ["a commit too many", withGit({ commits: [...commits, ...commits.slice(-1)] }), /main has 5 commits, not 4/],
  [
    "a merge of something else",
    withCommit(0, { parents: ["root", "other"] }),
    /parents of the merge: root, other, not/,
  ],
  ["a squash", withCommit(0, { parents: ["root"] }), /parents of the merge: root, not root, phase2/],
  ["another subject", withCommit(1, { subject: "wip" }), /commit of phase 2: subject: wip, not Print recipes/],
  ["another history", withCommit(1, { parents: ["root"] }), /commit of phase 2: parents: root, not phase1/],
  [
    "a file too many",
    withCommit(2, { files: ["src/scale.js", "x"] }),
    /commit of phase 1: files: src\/scale.js, x, not/,
  ],
  ["a trailer of another phase", withCommit(2, { phase: "1-k3f9x2ab.2" }), /commit of phase 1: Autopack-Phase/],
  ["a trailer of another attempt", withCommit(2, { attempt: "1-k3f9x2ab.2.1" }), /Autopack-Attempt/],
  [
    "two runs",
    withCommit(2, { run: "1-other000", phase: "1-other000.1", attempt: "1-other000.1.1" }),
    /runs in the trail/,
  ],
  ["red tests", withGit({ tests: { exitCode: 1, output: "1 failed" } }), /exit code 1\n1 failed/],
  ["another outcome", withGit({ tryout: "NaN cups" }), /the finished program prints: NaN cups, not/],
  ["a branch left over", withView({ branches: ["main", "autonomous/x"] }), /branches: main, autonomous\/x, not main/],
  ["no pull request", withView({ pulls: [] }), /there is no pull request/],
  ["two pull requests", withView({ pulls: [...pulls, ...pulls] }), /pull requests: 2, not 1/],
  ["an open pull request", withPull({ state: "open", merged: false }), /pull request #2: merged: false, not true/],
  ["a draft", withPull({ draft: true }), /pull request #2: draft/],
  ["another base", withPull({ base: "dev" }), /pull request #2: base: dev, not main/],
  ["another branch", withPull({ headRef: "autonomous/1-other000" }), /pull request #2: branch/],
  ["another head", withPull({ headSha: "phase1" }), /pull request #2: head: phase1, not phase2/],
  ["another merge commit", withPull({ mergeSha: null }), /pull request #2: merge commit: null, not merge/],
  [
    "a red check",
    withView({ checks: checks.map((one) => ({ ...one, conclusion: "failure" })) }),
    /check runs on the head/,
  ],
  ["a check missing", withView({ checks: checks.slice(1) }), /check runs on the head/],
  ["a check twice", withView({ checks: [...checks, ...checks.slice(1)] }), /check runs on the head/],
  ["a check that runs", withView({ checks: checks.map((one) => ({ ...one, conclusion: null })) }), /ci completed/],
  ["an open issue", withView({ issue: { state: "open", labels: [expected.label] } }), /issue: state: open, not closed/],
  [
    "a label left",
    withView({ issue: { state: "closed", labels: ["autopack:running"] } }),
    /issue: labels: autopack:run/,
  ],
  ["two status comments", withView({ comments: [...comments, ...comments] }), /status comments: 2, not 1/],
  ["another comment", withView({ comments: [...comments, "hello"] }), /other comments: 1, not 0/],
  [
    "an old status comment",
    withView({ comments: ["<!-- autopack:run:x --> building"] }),
    /says promoted: false, not true/,
  ],
])("%s is told", (_, facts, sentence) => {
  const told = differences(facts, expected);
  expect(told.length).toBeGreaterThan(0);
  expect(told.join("\n")).toMatch(sentence);
});
