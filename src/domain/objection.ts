/** The families of deterministic rules; each can be overridden by its name, with a reason, by a maintainer. */
export const RULE_SETS = ["tampering", "secrets", "dependencies", "licence", "size", "revert", "unplanned"] as const;
export type RuleSet = (typeof RULE_SETS)[number];

/** What a rule has against a change. */
export interface Objection {
  readonly ruleSet: RuleSet;
  /** Of the rule within its set, in `snake_case`: `assertion_removed`. */
  readonly rule: string;
  /** `blocks`: the change may not land. `warns`: a minor finding. */
  readonly level: "blocks" | "warns";
  /** What is wrong, as a sentence for people. Text of the change in it is cut, on one line, and in backquotes. */
  readonly message: string;
  /** What to do, as a sentence for the Builder. */
  readonly remedy: string;
  readonly path: string;
  /** In the file as the change leaves it; in the file before for what was taken away and has no place there any more. */
  readonly lines: { readonly start: number; readonly end: number } | null;
  readonly side: "before" | "after";
  /** The same for the same objection to the same code, wherever the lines have moved: an override names these. */
  readonly fingerprint: string;
}

/** Somebody's decision to let objections stand. It holds for these fingerprints, on whichever commit they are met again. */
export interface AcceptedObjections {
  readonly ruleSet: RuleSet;
  readonly fingerprints: readonly string[];
  readonly by: string;
  readonly reason: string;
  /** Ordinal of the phase whose change they were about; null: the head as a whole. */
  readonly phase: number | null;
}

/** Who let this objection pass, and why; undefined where nobody has. */
export function acceptanceOf(
  accepted: readonly AcceptedObjections[],
  { ruleSet, fingerprint }: Pick<Objection, "ruleSet" | "fingerprint">,
): AcceptedObjections | undefined {
  return accepted.find((each) => each.ruleSet === ruleSet && each.fingerprints.includes(fingerprint));
}

/** The objections that still keep a change from landing. */
export function standing(
  objections: readonly Objection[],
  accepted: readonly AcceptedObjections[],
): readonly Objection[] {
  return objections.filter(
    (objection) => objection.level === "blocks" && acceptanceOf(accepted, objection) === undefined,
  );
}
