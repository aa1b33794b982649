import { matchesName } from "../ciChecks/checkName.ts";
import type { GroundNote } from "../ground.ts";
import type { GroundFacts, WorkflowFacts } from "./groundFacts.ts";

/** The names under which Autopack reports; branch protection may require them. */
const OWN: ReadonlySet<string> = new Set(
  ["preflight", "ci", "audit", "promotion", "config"].map((gate) => `autopack/${gate}`),
);

/** Checks that nobody would report on what Autopack pushes. */
export function ciNotes(facts: GroundFacts): readonly GroundNote[] {
  return [...awaitedNotes(facts), ...requiredNotes(facts)];
}

/**
 * A check that the run waits for, and whose workflow does not start, would never come. Where no workflow has a job of that name
 * it may be another service's.
 */
function awaitedNotes({ awaited, workflows, otherCi, dryRun, baseBranch }: GroundFacts): readonly GroundNote[] {
  if (dryRun) return [];
  const remedy = `let it start on \`push\` to \`autonomous/**\`, or on \`pull_request\` into \`${baseBranch}\``;
  return awaited.flatMap((check): readonly GroundNote[] => {
    const reporting = workflows.filter(({ jobs }) => jobs.some((job) => matchesName(check, job)));
    if (reporting.some(({ starts }) => starts)) return [];
    const [dead] = reporting;
    if (dead !== undefined) {
      const message = `the run waits for \`${check}\`, and \`${dead.path}\`, which reports it, does not start on Autopack's pushes`;
      return [{ name: "ci_start", level: "blocks", message, remedy }];
    }
    if (otherCi.length > 0 || startsAny(workflows)) return [];
    const message = `the run waits for \`${check}\`, and no workflow of the repository starts on Autopack's pushes`;
    return [{ name: "ci_start", level: "warns", message, remedy: `${remedy}, unless another service reports it` }];
  });
}

function startsAny(workflows: readonly WorkflowFacts[]): boolean {
  return workflows.some(({ starts }) => starts);
}

function requiredNotes({ host, awaited, workflows, otherCi, promotion, dryRun }: GroundFacts): readonly GroundNote[] {
  if (host === null || dryRun) return [];
  const required = host.rules.requiredChecks;
  const misnamed = required.filter((name) => name.startsWith("autopack/") && !OWN.has(name));
  const foreign = required.filter((name) => !name.startsWith("autopack/"));
  const unreported = foreign.filter((name) => isUnreported(name, { workflows, otherCi }));
  const unawaited = foreign.filter(
    (name) => !unreported.includes(name) && !awaited.some((check) => matchesName(check, name)),
  );
  const mergesItself = promotion.merge === "autopack" || promotion.merge === "on_command";
  return [
    ...misnamed.map((name) => misnamedNote(name)),
    ...unreported.map((name) => unreportedNote(name)),
    ...(mergesItself ? unawaited.map((name) => unawaitedNote(name)) : []),
  ];
}

function isUnreported(name: string, { workflows, otherCi }: Pick<GroundFacts, "workflows" | "otherCi">): boolean {
  const reporting = workflows.filter(({ jobs }) => jobs.includes(name));
  if (reporting.length > 0) return !startsAny(reporting);
  return otherCi.length === 0 && !startsAny(workflows);
}

function misnamedNote(name: string): GroundNote {
  return {
    name: "required_checks",
    level: "blocks",
    message: `GitHub requires the check \`${name}\`, which Autopack does not have`,
    remedy: "require `autopack/promotion`, which sums up all others",
  };
}

function unreportedNote(name: string): GroundNote {
  return {
    name: "required_checks",
    level: "warns",
    message: `GitHub requires the check \`${name}\`, and nothing in the repository reports it on Autopack's pushes`,
    remedy: "let its workflow start on `pull_request`, unless another service reports it",
  };
}

function unawaitedNote(name: string): GroundNote {
  return {
    name: "required_checks",
    level: "warns",
    message: `GitHub requires the check \`${name}\`, and refuses the merge while it has not passed`,
    remedy: `wait for it with \`check: "${name}"\` under \`ci.normal\`, or set \`promotion.auto_merge: github\``,
  };
}
