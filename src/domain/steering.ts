import type { Amounts } from "./budget/budget.ts";
import type { GateName } from "./gate.ts";
import type { Sha } from "./ids.ts";
import type { RuleSet } from "./objection.ts";
import type { ReviewThread } from "./revision.ts";
import { isFinal } from "./run.ts";
import type { Run } from "./run.ts";
import { canHold, landingAt, phaseInPush } from "./steeringEvents.ts";
import { steerObjections } from "./steerObjections.ts";
import { steerPhases } from "./steerPhases.ts";
import { steerPromotion } from "./steerPromotion.ts";
import { accepted, refused, words } from "./steeringAnswer.ts";
import type { Steering } from "./steeringAnswer.ts";
import type { CiProfile } from "./strategy/strategy.ts";

export type { Steering } from "./steeringAnswer.ts";

export type SteeringCommand =
  /** `phase`: the ordinal of one that failed; null: all of them. */
  | { readonly kind: "retry"; readonly by: string; readonly phase: number | null }
  | { readonly kind: "cancel"; readonly by: string }
  | { readonly kind: "approve"; readonly by: string; readonly sha: string | null }
  | { readonly kind: "withdraw"; readonly by: string }
  | {
      readonly kind: "hold";
      readonly how: "pause" | "hold";
      readonly by: string;
      readonly reason: string;
      readonly byLabel?: true;
    }
  /** `lifts`: which hold is meant; `budget` one that waits for more of it only; null lifts whichever there is. */
  | {
      readonly kind: "resume";
      readonly by: string;
      readonly extra: Amounts;
      readonly lifts: "pause" | "hold" | "label" | "budget" | null;
    }
  | { readonly kind: "skip"; readonly by: string; readonly phase: number; readonly reason: string }
  | {
      readonly kind: "fix";
      readonly by: string;
      readonly source: "review" | "command";
      readonly reviewId: number | null;
      readonly instruction: string;
      readonly threads: readonly ReviewThread[];
    }
  | { readonly kind: "rerun"; readonly by: string; readonly gate: GateName; readonly profile: CiProfile | null }
  | { readonly kind: "override"; readonly by: string; readonly gate: GateName; readonly reason: string }
  /** `phase`: the ordinal of the one whose change is meant; null: the only place where the rule set objects to something. */
  | {
      readonly kind: "accept";
      readonly by: string;
      readonly ruleSet: RuleSet;
      readonly phase: number | null;
      readonly reason: string;
    }
  | { readonly kind: "promote"; readonly by: string }
  /** `force`: also when people's commits leave the branch with it. */
  | { readonly kind: "rollback"; readonly by: string; readonly to: Sha; readonly force: boolean };

/** Judges a command against the run as it stands. Permission has been judged before. */
export function steer(run: Run, command: SteeringCommand): Steering {
  if (command.kind !== "withdraw" && isFinal(run.state)) return refused(ended(run, command.kind));
  switch (command.kind) {
    case "retry":
    case "skip":
    case "fix":
    case "rerun":
      return steerPhases(run, command);
    case "approve":
    case "withdraw":
    case "override":
    case "promote":
      return steerPromotion(run, command);
    case "accept":
      return steerObjections(run, command);
    case "cancel":
      return accepted({ kind: "cancel_requested", by: command.by });
    case "hold":
      return hold(run, command);
    case "resume":
      return resume(run, command);
    case "rollback":
      return rollback(run, command);
  }
}

function ended(run: Run, kind: SteeringCommand["kind"]): string {
  const again = kind === "retry" || kind === "fix" ? "; `/autopack run` on the issue starts a new one" : "";
  return `the run has ended (${words(run)})${again}`;
}

function hold(run: Run, command: Extract<SteeringCommand, { kind: "hold" }>): Steering {
  const { kind: _, ...held } = command;
  if (canHold(run, command.how)) return accepted({ kind: "held", ...held });
  if (run.hold?.kind === "budget") return refused("the run is paused already: its budget is used up");
  return refused(`the run is ${run.hold?.how === "hold" ? "held" : "paused"} already, by ${run.hold?.by ?? "someone"}`);
}

/** A hold is lifted by what it was made with, or by a command that names it. */
function resume(run: Run, { by, extra, lifts }: Extract<SteeringCommand, { kind: "resume" }>): Steering {
  const hasExtra = Object.values(extra).some((amount) => amount > 0);
  const { hold: held, edited } = run;
  const isMeant = held === null ? edited !== null && (lifts === null || lifts === "pause") : isLifted(held, lifts);
  if (isMeant && !(held?.kind === "budget" && !hasExtra && lifts !== null))
    return accepted({ kind: "resumed", by, extra });
  if (hasExtra) return accepted({ kind: "resumed", by, extra, keepsHold: true });
  if (held === null) return refused("the run is not held, and nothing was added to its budget");
  if (held.kind === "budget")
    return refused("its budget is used up: `/autopack budget +N` raises it, and the run goes on");
  return refused(
    held.how === "hold"
      ? `the run is held by ${held.by}: \`/autopack unhold\``
      : "the run is paused, not held: `/autopack resume`",
  );
}

function isLifted(held: NonNullable<Run["hold"]>, lifts: "pause" | "hold" | "label" | "budget" | null): boolean {
  if (lifts === null) return true;
  if (held.kind === "budget") return lifts === "pause" || lifts === "budget";
  return lifts === "label" ? held.byLabel === true : held.how === lifts;
}

/** A checkpoint is the base, or the commit of a landed phase. */
function rollback(run: Run, command: Extract<SteeringCommand, { kind: "rollback" }>): Steering {
  const { by, to, force } = command;
  if (run.rollback !== null)
    return refused(`the branch is being rolled back to ${run.rollback.to.slice(0, 7)} already`);
  if (run.head === null || to === run.head) return refused("the branch is there already: nothing has landed after it");
  if (landingAt(run, to) === null)
    return refused(`${to.slice(0, 7)} is no checkpoint of this run: take the base, or the commit of a landed phase`);
  const inPush = phaseInPush(run);
  if (inPush !== undefined)
    return refused(`phase ${inPush.ordinal} is landing at this moment: ask again when it has landed`);
  if (run.foreignCommits > 0 && !force)
    return refused(
      `people have pushed ${run.foreignCommits} commits to this branch, which may go with it: say so with \`force\``,
    );
  return accepted({ kind: "rollback_requested", by, to });
}
