import type { Commit, Expected, Facts, GitFacts, PullFacts, ViewFacts } from "./facts.ts";
import { phaseCommits } from "./phaseCommits.ts";
import { recordDifferences } from "./recordDifferences.ts";
import { same } from "./same.ts";

/** Everything that is not as it must be, one sentence each; empty when all is well. */
export function differences(facts: Facts, expected: Expected): readonly string[] {
  return [
    ...gitDifferences(facts.git, expected),
    ...viewDifferences(facts, expected),
    ...recordDifferences(facts, expected),
  ];
}

function gitDifferences(git: GitFacts, expected: Expected): readonly string[] {
  return [
    ...logDifferences(git.commits, expected),
    ...(git.tests.exitCode === 0
      ? []
      : [`the project's tests in a clone: exit code ${git.tests.exitCode}\n${git.tests.output}`]),
    ...same("the finished program prints", git.tryout, expected.tryout),
  ];
}

/** The base's log: a merge, the phases under it, and the commit that was there before. */
function logDifferences(commits: readonly Commit[], expected: Expected): readonly string[] {
  const { base, phases } = expected;
  const wanted = phases.length + 2;
  if (commits.length !== wanted) return [`${base} has ${commits.length} commits, not ${wanted}: ${subjects(commits)}`];
  const [merge, ...rest] = commits;
  const first = rest.at(-1);
  const own = phaseCommits(commits);
  return [
    ...same("parents of the merge", merge?.parents, [first?.sha, own.at(-1)?.sha]),
    ...orderDifferences(own, expected),
    ...own.flatMap((commit, index) => commitDifferences(commit, { expected, before: own[index - 1] ?? first })),
    ...same("runs in the trailers", new Set(own.map(({ run }) => run)).size, 1),
  ];
}

/** Wave by wave; within one, whoever was ready first has landed first. */
function orderDifferences(own: readonly Commit[], { waves, phases }: Expected): readonly string[] {
  return waves.flatMap((wave, index) => {
    const from = waves.slice(0, index).flat().length;
    const found = own.slice(from, from + wave.length).map(({ subject }) => subject);
    const titles = wave.map((ordinal) => phases[ordinal - 1]?.title ?? "");
    return same(`commits of wave ${index + 1}`, found.toSorted(), titles.toSorted());
  });
}

function commitDifferences(
  commit: Commit,
  { expected, before }: { readonly expected: Expected; readonly before: Commit | undefined },
): readonly string[] {
  const index = expected.phases.findIndex(({ title }) => title === commit.subject);
  const phase = expected.phases[index];
  // Its wave is told to lack it.
  if (phase === undefined) return [];
  const name = `commit of phase ${index + 1}`;
  return [
    ...same(`${name}: parents`, commit.parents, [before?.sha]),
    ...(expected.isFree ? [] : same(`${name}: files`, commit.files.toSorted(), phase.files.toSorted())),
    ...same(`${name}: Autopack-Phase`, commit.phase, `${commit.run}.${index + 1}`),
    ...same(`${name}: Autopack-Attempt belongs to it`, commit.attempt.startsWith(`${commit.phase}.`), true),
  ];
}

function viewDifferences({ git, view }: Facts, expected: Expected): readonly string[] {
  const [pull, ...others] = view.pulls;
  if (pull === undefined) return ["there is no pull request"];
  const status = view.comments.filter((body) => body.includes("<!-- autopack:run:"));
  return [
    ...same("branches", view.branches, [expected.base]),
    ...same("pull requests", 1 + others.length, 1),
    ...pullDifferences(pull, git, expected),
    ...checkDifferences(view, expected),
    ...same("issue: state", view.issue.state, "closed"),
    ...same("issue: labels", view.issue.labels, [expected.label]),
    ...same("status comments", status.length, 1),
    ...same("other comments", view.comments.length - status.length, 0),
    ...same("the status comment says promoted", status[0]?.includes("promoted") ?? false, true),
  ];
}

function pullDifferences(pull: PullFacts, { commits }: GitFacts, { base }: Expected): readonly string[] {
  const [merge, tip] = commits;
  const name = `pull request #${pull.number}`;
  return [
    ...same(`${name}: state`, pull.state, "closed"),
    ...same(`${name}: merged`, pull.merged, true),
    ...same(`${name}: draft`, pull.draft, false),
    ...same(`${name}: base`, pull.base, base),
    ...same(`${name}: branch`, pull.headRef, `autonomous/${tip?.run}`),
    ...same(`${name}: head`, pull.headSha, tip?.sha),
    ...same(`${name}: merge commit`, pull.mergeSha, merge?.sha),
  ];
}

function checkDifferences({ checks }: ViewFacts, expected: Expected): readonly string[] {
  const found = checks.map(({ name, status, conclusion }) => `${name} ${conclusion ?? status}`);
  return same("check runs on the head", found.toSorted(), expected.checks.map((name) => `${name} success`).toSorted());
}

function subjects(commits: readonly Commit[]): string {
  return commits.map(({ subject }) => `“${subject}”`).join(", ");
}
