import { expect, test } from "vitest";
import { differences } from "./differences.ts";
import { expected } from "./expected.ts";
import type { Commit, Facts, PhaseFacts, PullFacts, RecordFacts } from "./facts.ts";
import { goodFacts } from "./goodFacts.ts";

test("nothing is said of what is as it should be", () => {
  expect(differences(goodFacts(), expected)).toEqual([]);
});

/** Changes the commit of a phase, by its ordinal; the merge has none. */
function withCommit(ordinal: number | "merge", change: Partial<Commit>): Facts {
  const facts = goodFacts();
  const sha = ordinal === "merge" ? ordinal : `phase${ordinal}`;
  const changed = facts.git.commits.map((commit) => (commit.sha === sha ? { ...commit, ...change } : commit));
  return { ...facts, git: { ...facts.git, commits: changed } };
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
  return withView({ pulls: goodFacts().view.pulls.map((pull) => ({ ...pull, ...change })) });
}

function withRecord(change: Partial<RecordFacts>): Facts {
  const facts = goodFacts();
  return { ...facts, record: { ...facts.record, ...change } };
}

function withPhase(ordinal: number, change: Partial<PhaseFacts>): Facts {
  const phases = goodFacts().record.phases;
  return withRecord({ phases: phases.map((phase, at) => (at === ordinal - 1 ? { ...phase, ...change } : phase)) });
}

const { commits } = goodFacts().git;
const { pulls, checks, comments } = goodFacts().view;
const { tiers, waves, phases, backlog } = goodFacts().record;

test.each<[string, Facts, RegExp]>([
  ["no merge", withGit({ commits: commits.slice(1) }), /main has 6 commits, not 7/],
  ["a commit too many", withGit({ commits: [...commits, ...commits.slice(-1)] }), /main has 8 commits, not 7/],
  [
    "a merge of something else",
    withCommit("merge", { parents: ["root", "other"] }),
    /parents of the merge: root, other, not/,
  ],
  ["a squash", withCommit("merge", { parents: ["root"] }), /parents of the merge: root, not root, phase5/],
  ["another subject", withCommit(5, { subject: "wip" }), /commits of wave 3: wip, not Tell it/],
  [
    "a phase before its wave",
    withGit({ commits: [commits[0], commits[2], commits[1], ...commits.slice(3)].flatMap((one) => one ?? []) }),
    /commits of wave 3: Write eighths as cookbooks do, not Tell it/,
  ],
  ["another history", withCommit(5, { parents: ["root"] }), /commit of phase 5: parents: root, not phase3/],
  [
    "a file too many",
    withCommit(1, { files: ["src/scale.js", "x"] }),
    /commit of phase 1: files: src\/scale.js, x, not/,
  ],
  ["a trailer of another phase", withCommit(1, { phase: "1-k3f9x2ab.2" }), /commit of phase 1: Autopack-Phase/],
  ["a trailer of another attempt", withCommit(1, { attempt: "1-k3f9x2ab.2.1" }), /Autopack-Attempt/],
  [
    "two runs",
    withCommit(1, { run: "1-other000", phase: "1-other000.1", attempt: "1-other000.1.1" }),
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
  ["another head", withPull({ headSha: "phase1" }), /pull request #2: head: phase1, not phase5/],
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
  ["a run under way", withRecord({ run: { id: "1-k3f9x2ab", state: "promotable" } }), /run: state: promotable, not/],
  ["the run of another branch", withRecord({ run: { id: "1-other000", state: "promoted" } }), /run: id: 1-other000/],
  ["a tier missing", withRecord({ tiers: tiers.slice(1) }), /tiers: At the stove complete clean, The last/],
  [
    "a tier that is not clean",
    withRecord({ tiers: tiers.map((tier) => ({ ...tier, cleanliness: "not_clean" })) }),
    /tiers: Groundwork complete not_clean, .* not Groundwork complete clean/,
  ],
  [
    "one wave after the other",
    withRecord({ waves: [1, 2, 3, 4, 5].map((one) => ({ phases: [one], state: "completed", sideBySide: 1 })) }),
    /waves: 1 completed, 2 completed, .* not 1 completed, 2\+3\+4 completed/,
  ],
  [
    "a wave in name only",
    withRecord({ waves: waves.map((wave) => ({ ...wave, sideBySide: 1 })) }),
    /wave 2: Builders at work at one moment: 1, not 3/,
  ],
  ["a phase missing", withRecord({ phases: phases.slice(1) }), /phases: 4, not 5/],
  ["another phase", withPhase(3, { title: "Else" }), /phase 3: title: Else, not/],
  ["a phase left out", withPhase(3, { state: "skipped" }), /phase 3: state: skipped, not complete/],
  ["a commit of its own", withPhase(3, { sha: "other" }), /phase 3: commit: other, not phase3/],
  ["no failure", withPhase(2, { failures: 0 }), /phase 2: failures: 0, not 1/],
  ["no revision", withPhase(1, { revisions: 0 }), /phase 1: revisions: 0, not 1/],
  ["a Builder too many", withPhase(4, { builders: 2 }), /phase 4: Builders: 2, not 1/],
  ["a validator not content", withPhase(4, { validators: 1 }), /phase 4: validators passed: 1, not 2/],
  ["an empty backlog", withRecord({ backlog: [] }), /backlog: none, not minor open src\/recipes.js: `cup`/],
  [
    "a finding resolved",
    withRecord({ backlog: backlog.map((one) => ({ ...one, status: "resolved" })) }),
    /backlog: minor resolved/,
  ],
])("%s is told", (_, facts, sentence) => {
  const told = differences(facts, expected);
  expect(told.length).toBeGreaterThan(0);
  expect(told.join("\n")).toMatch(sentence);
});
