import { z } from "zod";
import { plainLine } from "../domain/plainText.ts";
import { acceptanceKeys } from "./acceptanceSchema.ts";
import { glob, plainText } from "./configSchema.ts";

/** The longest title of a phase or tier; titles become subjects of commits. */
export const MAX_TITLE_LENGTH = 120;

const title = z
  .string()
  .max(MAX_TITLE_LENGTH)
  .refine((text) => plainLine(text, MAX_TITLE_LENGTH) !== "", { error: "is blank" });

/** A number is as good as a word: YAML makes one of `id: 1`. */
const id = z.union([plainText(MAX_TITLE_LENGTH), z.int().min(0)]);

const file = z
  .union([
    glob,
    z.strictObject({
      path: glob.describe("Relative to the repository's root."),
      operation: z
        .enum(["create", "update", "delete", "read"])
        .default("update")
        .describe("What the phase does to it."),
    }),
  ])
  .meta({ title: "file" });

export const phaseSchema = z.strictObject({
  title: title.describe("One line; becomes the subject of the commit."),
  id: id.optional().describe("A short name for `depends_on`."),
  category: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,59}$/, { error: "must be a name in lower case, such as `docs` or `feature_scaffolding`" })
    .default("general")
    .describe("The kind of work, which decides how strictly the phase is held."),
  complexity: z.enum(["low", "medium", "high"]).optional().describe("Else the category's."),
  priority: z
    .literal([0, 1, 2])
    .default(2)
    .describe("0 is the most urgent; decides between phases that could both start."),
  files: z
    .array(file)
    .max(100)
    .default([])
    .describe("Paths or globs that the phase is expected to touch, or `{ path, operation }`."),
  depends_on: z
    .array(id)
    .max(100)
    .default([])
    .describe("Ids or titles of phases that must be complete first, in the same tier or an earlier one."),
  acceptance: z
    .array(plainText(1000))
    .max(50)
    .default([])
    .describe("What must be true when the phase is done, in words for the agents."),
  ...acceptanceKeys,
  instructions: z.string().max(20_000).default("").describe("What to do, in Markdown."),
});

const phases = z.array(phaseSchema).min(1);

const tier = z.strictObject({
  title: title.optional().describe("Else `Tier 1`, `Tier 2` …"),
  phases: phases.describe("In the order in which they are built, as far as `depends_on` lets them."),
});

/** What a plan consists of, whoever writes it. */
export const planKeys = {
  tiers: z.array(tier).min(1).optional().describe("Parts of the run, one after the other."),
  phases: phases.optional().describe("For a plan of one tier: phases as above."),
};

/** The `autopack` block of an issue. */
export const planSchema = z.strictObject({ autopack: z.strictObject(planKeys) });

export type PlanBlock = z.output<typeof planSchema>["autopack"];
export type PhaseBlock = z.output<typeof phaseSchema>;
