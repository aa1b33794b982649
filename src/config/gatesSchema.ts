import { z } from "zod";
import { RULE_SETS } from "../domain/objection.ts";
import type { RuleSet } from "../domain/objection.ts";
import { isPlain } from "../domain/plainText.ts";
import type { GateSettings } from "../domain/settings.ts";

const SUMMARIES: Readonly<Record<RuleSet, string>> = {
  tampering: "Tests deleted, skipped or emptied, suppressions added, thresholds lowered, CI and gates edited.",
  secrets: "Credentials on added lines.",
  dependencies:
    "New packages, look-alike names, addresses in place of versions, install scripts, lockfiles that drift.",
  licence: "New files without the header under `licence_header`.",
  size: "Changes that are too large to be read by these rules. How large a change may be is said under `paths`.",
  revert: "Changes that silently undo what landed lately in the same file.",
  unplanned: "Files that the plan of the phase neither names nor expects.",
};

const LEVELS = ["block", "warn", "off"] as const;

/** Paths and globs, as `paths` takes them; given, so that there is one idea of what a glob is. */
export function gatesSchema(globs: z.ZodType<string[], string[]>) {
  return z.strictObject({
    ...(Object.fromEntries(
      RULE_SETS.map((ruleSet) => [ruleSet, z.enum(LEVELS).default("block").describe(SUMMARIES[ruleSet])]),
    ) as Record<RuleSet, z.ZodDefault<z.ZodEnum<{ block: "block"; warn: "warn"; off: "off" }>>>),
    licence_header: z
      .strictObject({
        header: z
          .string()
          .max(4000)
          .regex(/\S/, { error: "is blank" })
          .refine((text) => text.split("\n").every((line) => isPlain(line)), {
            error: "holds control or invisible characters",
          })
          .describe("The text, without comment marks. `{year}` stands for any year or span of years."),
        files: globs.describe("New files that have to begin with it."),
      })
      .optional()
      .describe("What the rule set `licence` asks for. Without it, that rule set has nothing to do."),
    secrets_allow: z
      .strictObject({
        fingerprints: z
          .array(z.string().regex(/^[0-9a-f]{32}$/, { error: "is no fingerprint of a finding" }))
          .max(200)
          .default([])
          .describe("Findings that are none, by the fingerprint that `autopack/preflight` shows."),
        files: globs.default([]).describe("Where nothing is searched for: samples, recorded traffic."),
      })
      .prefault({})
      .describe("What looks like a secret and is none."),
  });
}

/** The section in the words of the domain. */
export function toGates(config: z.output<ReturnType<typeof gatesSchema>>): GateSettings {
  const { licence_header: licence, secrets_allow: allowed, ...levels } = config;
  return { levels, licence: licence ?? null, secretsAllowed: allowed };
}
