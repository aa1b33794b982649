import type { Commit, Expected, Facts, GitFacts, PullFacts, ViewFacts } from "./facts.ts";

/** Everything that is not as it must be, one sentence each; empty when all is well. */
export function differences(facts: Facts, expected: Expected): readonly string[] {
  return [...gitDifferences(facts.git, expected), ...viewDifferences(facts, expected)];
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
function logDifferences(commits: readonly Commit[], { base, phases }: Expected): readonly string[] {
  const wanted = phases.length + 2;
  if (commits.length !== wanted) return [`${base} has ${commits.length} commits, not ${wanted}: ${subjects(commits)}`];
  const [merge, ...rest] = commits;
  const first = rest.at(-1);
  const own = rest.slice(0, -1).toReversed();
  const tip = own.at(-1);
  return [
    ...same("parents of the merge", merge?.parents, [first?.sha, tip?.sha]),
    ...own.flatMap((commit, index) => commitDifferences(commit, { phases, index, before: own[index - 1] ?? first })),
    ...same("runs in the trailers", new Set(own.map(({ run }) => run)).size, 1),
  ];
}

function commitDifferences(
  commit: Commit,
  at: { readonly phases: Expected["phases"]; readonly index: number; readonly before: Commit | undefined },
): readonly string[] {
  const ordinal = at.index + 1;
  const phase = at.phases[at.index];
  const name = `commit of phase ${ordinal}`;
  return [
    ...same(`${name}: subject`, commit.subject, phase?.title),
    ...same(`${name}: parents`, commit.parents, [at.before?.sha]),
    ...same(`${name}: files`, commit.files.toSorted(), phase?.files.toSorted()),
    ...same(`${name}: Autopack-Phase`, commit.phase, `${commit.run}.${ordinal}`),
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

function same(what: string, found: unknown, wanted: unknown): readonly string[] {
  if (JSON.stringify(found) === JSON.stringify(wanted)) return [];
  return [`${what}: ${words(found)}, not ${words(wanted)}`];
}

function words(value: unknown): string {
  return Array.isArray(value) ? value.map(words).join(", ") || "none" : String(value);
}

function subjects(commits: readonly Commit[]): string {
  return commits.map(({ subject }) => `“${subject}”`).join(", ");
}
