import { plainLine } from "../../src/domain/plainText.ts";
import { expected } from "./expected.ts";
import type { Demo } from "./runDemo.ts";

const MAX_LENGTH = 120;

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
    `  Tiers    ${result.tiers.map((tier) => tierMark(tier, paint)).join("  ")}`,
    `  Phases   ${phasesInWords(result)}`,
    ...result.backlog.map(
      ({ severity, title, path }, index) =>
        `  ${index === 0 ? "Backlog" : "       "}  ${plainLine(`${severity}: ${title}, in ${path}`, MAX_LENGTH)}`,
    ),
    ...spendLine(result),
    `  Calls    ${result.api_calls} to GitHub's API, ${gitCalls} by git`,
  ];
}

function spendLine({ spend }: Demo["result"]): readonly string[] {
  if (spend === undefined) return [];
  const tokens = spend.tokens.toLocaleString("en-US");
  return [`  Spend    ${tokens} tokens, $${spend.cost_usd.toFixed(4)}, as the model gateway metered ${spend.agent}`];
}

function tierMark({ title, state, cleanliness }: Demo["result"]["tiers"][number], paint: Paint): string {
  if (state === "complete" && cleanliness === "clean") return paint.good(`✔ ${title}, clean`);
  return paint.bad(`✖ ${title}, ${cleanliness === null ? state : cleanliness.replace("_", " ")}`);
}

function phasesInWords({ phases, side_by_side: sideBySide }: Demo["result"]): string {
  const revised = phases.filter(({ revisions }) => revisions > 0).length;
  const mended = phases.filter(({ failures }) => failures > 0).length;
  return `${phases.length}, up to ${sideBySide} side by side; ${revised} sent back by the Auditor, ${mended} by the tests`;
}

function byExpectation(one: { readonly name: string }, other: { readonly name: string }): number {
  return expected.checks.indexOf(one.name) - expected.checks.indexOf(other.name);
}

function short(check: string): string {
  return check.replace("autopack/", "");
}

function links(
  { github, issue, result, facts, autopackUrl, dataDir }: Demo,
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
    return [
      ...places,
      paint.dim("  (gone by now: `npm run demo -- --keep` leaves them up for a look, also for `autopack runs show`)"),
      "",
      next,
    ];
  return [
    ...places,
    `  Clone it      git clone ${repository}.git`,
    `  Autopack      ${autopackUrl}/readyz`,
    "",
    "Look into the run as an operator does:",
    `  export AUTOPACK_DATA=${dataDir}`,
    `  npx autopack runs show ${facts.record.run.id}     # tiers, waves, phases, attempts, validators, spend`,
    `  npx autopack runs show ${facts.record.run.id} --events`,
    `  npx autopack runs log ${facts.record.run.id} 2.1   # what the Builder printed whose change failed`,
    "  npx autopack backlog",
    "",
    next,
    "Everything is left running. Ctrl-C stops and deletes it.",
  ];
}
