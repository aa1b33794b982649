import { z } from "zod";
import type { Level } from "../domain/budget/budget.ts";

/** The longest name of a category or an Auditor profile. */
const name = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,59}$/, { error: "must be a name in lower case, such as `docs` or `feature_scaffolding`" });

const tokens = z.int().min(1).max(1_000_000_000);

/** One level's caps. What is left out is not limited, or as the built-in rules say. */
export const amountsSchema = z.strictObject({
  tokens: tokens.optional().describe("Tokens in and out, of all models together."),
  cost_usd: z.number().min(0.01).max(1_000_000).optional().describe("US dollars, as far as agents report them."),
  turns: z.int().min(1).max(1_000_000).optional().describe("Rounds of agents with their models."),
  seconds: z
    .int()
    .min(1)
    .max(10_000_000)
    .optional()
    .describe("Time of agents and commands, added up over what runs side by side."),
  ci_runs: z.int().min(1).max(100_000).optional().describe("Runs of a CI profile."),
  findings: z.int().min(0).max(100_000).optional().describe("Distinct minor findings."),
});

/** Caps by level, as repositories and operators write them. */
export function levelsSchema(meanings: Readonly<Record<Level, string>>) {
  const level = (of: Level) => amountsSchema.prefault({}).describe(meanings[of]);
  return {
    attempt: level("attempt"),
    phase: level("phase"),
    tier: level("tier"),
    run: level("run"),
    issue: level("issue"),
    day: level("day"),
  };
}

const levels = levelsSchema({
  attempt: "Caps of one attempt, on top of what the type of task says.",
  phase: "Caps of one phase over its attempts. `tokens` lowers those of categories, and never raises them.",
  tier: "Caps of a tier. Else 3 × the tokens of its phases, and a CI run for each attempt and each audit the category allows them.",
  run: "Caps of a run. Else 5,000,000 tokens and 7200 seconds.",
  issue: "Caps of all runs of one issue together. Else 3 × those of a run.",
  day: "Caps of the repository for one day, in UTC.",
});

export const budgetsSchema = z.strictObject({
  ...levels,
  on_exhausted: z
    .enum(["pause", "fail"])
    .default("pause")
    .describe("What a run does at a cap: wait for a person to add to it, or fail."),
});

const categorySchema = z.strictObject({
  ci: z.enum(["normal", "strict"]).optional().describe("The CI profile that must pass."),
  attempts: z
    .strictObject({
      builder: z.int().min(1).max(10).optional().describe("Builder attempts in all, the first included."),
      auditor: z.int().min(1).max(10).optional().describe("Auditor attempts in all, the first included."),
    })
    .prefault({}),
  tokens: tokens.optional().describe("Tokens of a phase over all its attempts."),
  may_land_unaudited: z.boolean().optional().describe("Whether it needs no audit where `audit.required: by_category`."),
  auditor_profile: name.optional().describe("What the Auditor is told to look for."),
  complexity: z.enum(["low", "medium", "high"]).optional().describe("Told to the agents; a plan may say another."),
  finding_severity: z
    .enum(["minor", "major"])
    .optional()
    .describe("What a finding counts as that does not say it itself."),
  builder_mode: z
    .enum(["tweak_light", "scaffolding_heavy", "refactor_heavy", "schema_heavy"])
    .optional()
    .describe("How the Builder is told to go about it."),
  task_type: z
    .enum(["coding", "testing", "documentation", "refactoring", "audit", "custom"])
    .optional()
    .describe("What an attempt's turns and seconds come from."),
});

export const strategySchema = z.strictObject({
  profile: z
    .enum(["normal", "safety_critical"])
    .default("normal")
    .describe("`safety_critical`: every phase audited, two approvals, fewer minor findings, faster ageing."),
  max_parallel: z.int().min(1).max(16).optional().describe("Phases built side by side. Else 3."),
  max_phases: z.int().min(1).max(100).optional().describe("Phases of one run. Else 25."),
  categories: z
    .record(name, categorySchema)
    .refine((entries) => Object.keys(entries).length <= 100, { error: "holds more than 100 categories" })
    .default({})
    .describe("Changes to the rules of categories, and categories of your own; what is left out stays as it is."),
  aliases: z
    .record(name, name)
    .refine((entries) => Object.keys(entries).length <= 100, { error: "holds more than 100 names" })
    .default({})
    .describe("Other names for categories."),
});

export const backlogSchema = z.strictObject({
  clean_up: z.boolean().default(false).describe("Add a phase to a run that mends findings which are due."),
  age: z
    .strictObject({
      runs: z.int().min(1).max(100).optional().describe("Runs in which a finding is seen before it is due. Else 3."),
      tiers: z.int().min(1).max(100).optional().describe("Tiers, likewise. Else 2."),
    })
    .prefault({}),
  minor_findings_per_phase: z
    .strictObject({
      tier: z.int().min(0).max(100).optional().describe("Minor findings a tier may carry, a phase. Else 2."),
      run: z.int().min(0).max(100).optional().describe("Minor findings a run may carry, a phase. Else 3."),
    })
    .prefault({}),
});
