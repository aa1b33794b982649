import { expected } from "./expected.ts";
import type { Demo } from "./runDemo.ts";

/** How text is emphasised; the identity where there are no colours. */
export interface Paint {
  bold(text: string): string;
  dim(text: string): string;
  good(text: string): string;
  bad(text: string): string;
}

/** What there is to say at the end. Lines without their ends. */
export function summary(
  demo: Demo,
  { paint, keep }: { readonly paint: Paint; readonly keep: boolean },
): readonly string[] {
  const { result, differences } = demo;
  const seconds = (result.ms / 1000).toFixed(1);
  const verdict =
    differences.length === 0
      ? paint.good(`A labelled issue became a merged pull request in ${seconds} s.`)
      : paint.bad(
          `${differences.length} ${differences.length === 1 ? "thing is" : "things are"} not as they should be.`,
        );
  return ["", paint.bold(verdict), "", ...account(demo, paint), "", ...links(demo, { paint, keep }), ""];
}

function account({ result, github }: Demo, paint: Paint): readonly string[] {
  const gitCalls = github.calls({ kind: "git", actor: `${github.app.slug}[bot]` }).length;
  const [first, ...others] = result.commits.map(({ sha, subject }) => `${paint.dim(sha.slice(0, 7))} ${subject}`);
  const checks = result.checks
    .toSorted(byExpectation)
    .map(({ name, conclusion }) =>
      conclusion === "success" ? paint.good(`✔ ${short(name)}`) : paint.bad(`✖ ${short(name)}: ${conclusion}`),
    );
  return [
    `  Commits  ${first ?? "none"}`,
    ...others.map((commit) => `           ${commit}`),
    `  Checks   ${checks.join("  ")}`,
    `  Calls    ${result.api_calls} to GitHub's API, ${gitCalls} by git`,
  ];
}

function byExpectation(one: { readonly name: string }, other: { readonly name: string }): number {
  return expected.checks.indexOf(one.name) - expected.checks.indexOf(other.name);
}

function short(check: string): string {
  return check.replace("autopack/", "");
}

function links(
  { github, issue, result, facts, autopackUrl }: Demo,
  { paint, keep }: { readonly paint: Paint; readonly keep: boolean },
): readonly string[] {
  const repository = `${github.origin}/acme/ladle`;
  const before = facts.git.commits.at(-1)?.sha ?? "";
  const places = [
    `  Issue         ${repository}/issues/${issue}`,
    ...(result.pull_request === null ? [] : [`  Pull request  ${repository}/pull/${result.pull_request.number}`]),
    `  Compare       ${repository}/compare/${before.slice(0, 12)}...${expected.base}`,
  ];
  const next = `Next: README.md, “Connect it to GitHub”.`;
  if (!keep)
    return [...places, paint.dim("  (gone by now: `npm run demo -- --keep` leaves them up for a look)"), "", next];
  return [
    ...places,
    `  Clone it      git clone ${repository}.git`,
    `  Autopack      ${autopackUrl}/readyz`,
    "",
    next,
    "Everything is left running. Ctrl-C stops and deletes it.",
  ];
}
