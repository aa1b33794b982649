import { RULE_SETS } from "../domain/objection.ts";
import type { Objection, RuleSet } from "../domain/objection.ts";
import type { GateContext } from "./context.ts";
import { judgeDependencies } from "./dependencies/judgeDependencies.ts";
import { fingerprint } from "./fingerprint.ts";
import type { ChangedFile } from "./judged.ts";
import { judgeLicence } from "./licence.ts";
import { judgeRevert } from "./revert.ts";
import type { EarlierPatch } from "./revert.ts";
import { judgeSecrets } from "./secrets/judgeSecrets.ts";
import { judgeTampering } from "./tampering/judgeTampering.ts";
import { judgeUnplanned } from "./unplanned.ts";

/** A change as the rules see it. */
interface JudgedChange {
  readonly files: readonly ChangedFile[];
  /** Paths that were not read, because the whole is too large. */
  readonly unread: readonly string[];
  /** What was done lately to the files that it touches. */
  readonly earlier: readonly EarlierPatch[];
}

/** What one rule set says of a change. */
export interface RuleSetJudgement {
  readonly ruleSet: RuleSet;
  readonly objections: readonly Objection[];
  readonly durationMs: number;
}

/** More objections of one rule set say no more than so many; those that block come first. */
const MAX_OBJECTIONS = 100;

/**
 * Has every rule set that is not switched off judge a change, side by side.
 *
 * A rule set that breaks has not judged, and what nobody has judged does not land: that is an objection of its own. Otherwise
 * a file that breaks a rule would be the way past it.
 */
export async function judgeChange(change: JudgedChange, context: GateContext): Promise<readonly RuleSetJudgement[]> {
  const wanted = RULE_SETS.filter((ruleSet) => context.settings.levels[ruleSet] !== "off");
  return Promise.all(wanted.map(async (ruleSet) => judgeBy(ruleSet, change, context)));
}

async function judgeBy(ruleSet: RuleSet, change: JudgedChange, context: GateContext): Promise<RuleSetJudgement> {
  const startedAt = performance.now();
  const found = await objectionsOf(ruleSet, change, context).catch((error: unknown) => [
    broken(ruleSet, change, error),
  ]);
  const isWarned = context.settings.levels[ruleSet] === "warn";
  const levelled = isWarned ? found.map((objection) => ({ ...objection, level: "warns" }) as const) : found;
  const objections = levelled
    .toSorted((left, right) => Number(left.level === "warns") - Number(right.level === "warns"))
    .slice(0, MAX_OBJECTIONS);
  return { ruleSet, objections, durationMs: Math.round(performance.now() - startedAt) };
}

async function objectionsOf(
  ruleSet: RuleSet,
  { files, unread, earlier }: JudgedChange,
  context: GateContext,
): Promise<readonly Objection[]> {
  switch (ruleSet) {
    case "tampering":
      return judgeTampering(files, { planned: context.plannedFiles });
    case "secrets":
      return judgeSecrets(files, context.settings.secretsAllowed);
    case "dependencies":
      return judgeDependencies(files, context);
    case "licence":
      return judgeLicence(files, context.settings.licence);
    case "size":
      return unread.map(notRead);
    case "revert":
      return judgeRevert(files, earlier, context);
    case "unplanned":
      return judgeUnplanned(files, context);
  }
}

function notRead(path: string): Objection {
  const about = { ruleSet: "size", rule: "not_read", path } as const;
  return {
    ...about,
    level: "blocks",
    message: "The change is too large to be read by the rules, and this file was not.",
    remedy: "Make the change smaller, or leave out what is generated.",
    lines: null,
    side: "after",
    fingerprint: fingerprint(about, ""),
  };
}

function broken(ruleSet: RuleSet, { files, unread }: JudgedChange, error: unknown): Objection {
  const about = { ruleSet, rule: "not_judged", path: files[0]?.path ?? unread[0] ?? "" } as const;
  // Not the message: it may quote the file.
  const kind = error instanceof Error ? error.name : "something unknown";
  return {
    ...about,
    level: "blocks",
    message: `The rules for ${ruleSet} broke at this change (${kind}), so nobody has judged it by them.`,
    remedy: "Look for what is unusual in the changed files: very long lines, odd bytes, deep nesting.",
    lines: null,
    side: "after",
    fingerprint: fingerprint(about, files.map(({ path }) => path).join("\0")),
  };
}
