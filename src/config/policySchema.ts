import { z } from "zod";
import { parseEgressPattern } from "../domain/egressPattern.ts";
import { AGENT_BACKENDS } from "../domain/settings.ts";
import { modelsSchema } from "./modelSettings.ts";
import { levelsSchema } from "./strategySchema.ts";

const egressPattern = z
  .string()
  .refine((text) => parseEgressPattern(text) !== null, { error: "is no `host`, `host:port` or `*.host:port`" });

/** The operator's policy as people write it: ceilings that no repository gets past. Descriptions are the documentation. */
export const policySchema = z.strictObject({
  version: z.literal(1).describe("The version of this format."),
  profile: z
    .enum(["normal", "safety_critical"])
    .optional()
    .describe("The least safety profile; repositories may choose a stricter one."),
  audit_required: z
    .boolean()
    .default(false)
    .describe("Repositories may not switch audits off, nor let categories land unaudited that the table does not."),
  gates_required: z
    .boolean()
    .default(false)
    .describe("Repositories may not switch rule sets `off` under `gates`; they may make them warn."),
  backends: z.array(z.enum(AGENT_BACKENDS)).min(1).optional().describe("Backends that agents may have. Else all."),
  max_parallel: z.int().min(1).max(100).optional().describe("Phases of a run built side by side."),
  max_phases: z.int().min(1).max(100).optional().describe("Phases of one run."),
  attempts: z.int().min(1).max(10).optional().describe("Attempts of one role for one phase, the first included."),
  seconds: z.int().min(60).max(7200).optional().describe("Wall-clock time of one attempt."),
  starts_per_issue_hour: z
    .int()
    .min(1)
    .max(1000)
    .optional()
    .describe("Runs that may start on one issue within an hour; 5 where nothing is said."),
  starts_per_repository_hour: z
    .int()
    .min(1)
    .max(10_000)
    .optional()
    .describe("Runs that may start in one repository within an hour; 30 where nothing is said."),
  egress: z
    .strictObject({
      hosts: z
        .array(egressPattern)
        .max(200)
        .default([])
        .describe(
          "Where set-up and install steps may go on the network, as far as a repository asks for it: `registry.npmjs.org`, `*.example.com:8443`. Agents and checks have no network.",
        ),
      internal: z
        .array(egressPattern)
        .max(200)
        .default([])
        .describe("Those of them that may lie at private addresses: a registry of the operator's own."),
    })
    .prefault({}),
  budgets: z
    .strictObject(
      levelsSchema({
        attempt: "One attempt.",
        phase: "One phase, over its attempts.",
        tier: "One tier.",
        run: "One run.",
        issue: "All runs of one issue together.",
        day: "One repository for one day, in UTC.",
      }),
    )
    .prefault({}),
  models: modelsSchema.prefault({}),
});
