import { z } from "zod";
import { isBranchName } from "../domain/branchName.ts";
import { AGENT_BACKENDS } from "../domain/settings.ts";
import { isPlain } from "../domain/plainText.ts";
import { gatesSchema } from "./gatesSchema.ts";
import { sandboxSchema } from "./sandboxSchema.ts";
import { MODEL_NAME } from "./modelName.ts";
import { backlogSchema, budgetsSchema, strategySchema } from "./strategySchema.ts";

const MAX_STEPS = 30;
const MAX_GLOBS = 200;

/** Text that shows all there is to it. */
export function plainText(maxLength: number): z.ZodString {
  return z
    .string()
    .max(maxLength)
    .regex(/\S/, { error: "is blank" })
    .refine(isPlain, { error: "holds control or invisible characters" });
}

export const glob = plainText(300).refine(isRelative, {
  error: "must be relative to the repository's root, without `..`",
});
const globs = z.array(glob).max(MAX_GLOBS);

const commandLine = z.union([plainText(8000), z.array(plainText(8000)).min(1).max(100)]);

export const stepSchema = z.union([
  plainText(8000),
  z.strictObject({
    name: plainText(80).optional().describe("Shown in check runs; else the first line of `run`."),
    run: plainText(8000).describe("Run by `sh -c` in the sandbox, in a clean checkout; passes with exit code 0."),
    timeout_seconds: z.int().min(1).max(3600).default(60).describe("When it is killed, and has failed."),
    flaky: z
      .boolean()
      .default(false)
      .describe("Known to fail now and then: preflight tries it up to three times, 5 s apart, and notes a finding."),
  }),
]);
const steps = z.array(stepSchema).max(MAX_STEPS).default([]);

export const awaitedCheckSchema = z.strictObject({
  check: plainText(200)
    .refine((name) => !name.startsWith("autopack/"), { error: "is Autopack's own check, which it never waits for" })
    .describe(
      "The name of a check run or a commit status, or a glob over names: `*` is any characters, `?` is one. All that match have to be green on the integration head.",
    ),
  timeout_minutes: z
    .int()
    .min(1)
    .max(360)
    .default(60)
    .describe("From when it is waited for; then it has failed for want of an end."),
  start_within_minutes: z
    .int()
    .min(1)
    .max(120)
    .default(10)
    .describe("When CI counts as missing, because nothing of that name has begun."),
});
const profileSteps = z
  .array(z.union([awaitedCheckSchema, stepSchema]))
  .max(MAX_STEPS)
  .default([]);

const modelName = z
  .string()
  .max(200)
  .regex(MODEL_NAME, { error: "is no name of a model, such as `anthropic/claude-sonnet-4-5`" });

const environmentName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,99}$/, { error: "is no name for a variable" });

function agent() {
  return z.strictObject({
    backend: z
      .enum(AGENT_BACKENDS)
      .describe(
        "How the agent is run. `claude-code`, `codex`, `opencode`, `gemini`: the coding agent of that name, which Autopack installs. `acp`: any program that speaks the Agent Client Protocol. `command`: any program. `external`: somebody outside, who hands in results by the API.",
      ),
    model: modelName
      .optional()
      .describe(
        "`provider/model`, as in `anthropic/claude-sonnet-4-5`, of a provider that the operator has set up. Required for coding agents; a program that is given one can reach it through the model gateway.",
      ),
    failover: z
      .array(modelName)
      .max(5)
      .default([])
      .describe("Models to turn to, in this order, when the provider of the one before does not answer."),
    command: commandLine
      .optional()
      .describe(
        "Of `command` and `acp`: program and arguments as a list, or one line for `sh -c`. Started in the checkout; instructions come on stdin. In the list of an `acp` agent, `opencode` and `gemini` as the first word mean the program that Autopack installs.",
      ),
    env: z
      .record(environmentName, z.string().max(8000).refine(isPlain, { error: "holds control or invisible characters" }))
      .refine((env) => Object.keys(env).length <= 100, { error: "holds more than 100 variables" })
      .default({})
      .describe("Added to the agent's environment. Not for secrets: the repository can read it."),
    limits: z
      .strictObject({
        attempts: z
          .int()
          .min(1)
          .max(10)
          .optional()
          .describe("Attempts in all, the first included, before the phase fails. Else what the category says."),
        seconds: z
          .int()
          .min(1)
          .max(7200)
          .optional()
          .describe("Wall-clock time of one attempt. Else what the type of task says."),
        turns: z
          .int()
          .min(1)
          .max(1000)
          .optional()
          .describe("Rounds with the model in one attempt. Else what the type of task says."),
        memory_mb: z.int().min(64).max(65_536).default(4096).describe("Memory of the agent's processes together."),
        processes: z.int().min(1).max(32_768).default(512).describe("Processes and threads at once."),
        disk_mb: z
          .int()
          .min(64)
          .max(1_048_576)
          .default(10_240)
          .describe("By how much the work tree and what else it may write to may grow on disk."),
        output_mb: z.int().min(1).max(1024).default(20).describe("Standard output and error together."),
      })
      .prefault({}),
  });
}

/**
 * `.github/autopack.yml` as people write it. The descriptions are the documentation: `docs/configuration.md` and the JSON
 * Schema come from here.
 */
export const configSchema = z.strictObject({
  version: z.literal(1).describe("The version of this format."),
  base_branch: z
    .string()
    .max(200)
    .refine(isBranchName, { error: "is no branch that can be built on" })
    .optional()
    .describe("Where runs start from and are promoted to. Else the repository's default branch."),
  agents: z
    .strictObject({
      builder: agent().describe("Makes the changes."),
      planner: agent()
        .optional()
        .describe(
          "Writes the plan where the issue does not spell one out. Without one, such an issue is one phase. Keys as for the Builder.",
        ),
      fallback_builder: agent()
        .optional()
        .describe(
          "Takes over from the Builder when a phase's retries are used up: a stronger agent, say. Keys as for the Builder.",
        ),
      auditor: agent()
        .optional()
        .describe(
          "Judges the changes. Where none is named, the first coding agent here that differs from the Builder in backend or model; there must be one, unless `audit.required` is false. Keys as for the Builder.",
        ),
      investigator: agent()
        .optional()
        .describe("Looks into work that makes no progress. Without one, such a phase fails. Keys as for the Builder."),
      alternatives: z
        .record(z.string().regex(/^[a-z][a-z0-9_-]{0,39}$/, { error: "is no name for an agent" }), agent())
        .default({})
        .describe("Other Builders, to be chosen with `/autopack run agent=<name>`. Keys as for the Builder."),
    })
    .describe("The programs that do the work."),
  plan: z
    .strictObject({
      approval: z.boolean().default(false).describe("Wait for `/autopack approve` before anything is built."),
      min_readiness: z
        .int()
        .min(0)
        .max(100)
        .default(0)
        .describe(
          "Refuse plans with a phase of fewer points. 0: `autopack strategy explain` shows them, nothing more.",
        ),
    })
    .prefault({}),
  preflight: steps.describe("Quick commands that every change must pass first: format, lint, types."),
  ci: z
    .strictObject({
      normal: profileSteps.describe(
        "The `normal` profile: commands (unit and integration tests), and checks of the repository's own to wait for.",
      ),
      strict: profileSteps.describe("What the `strict` profile has beside `normal`: end-to-end and safety tests."),
    })
    .prefault({}),
  install: steps.describe("Run before the next attempt when one failed for want of a dependency."),
  sandbox: sandboxSchema(steps).prefault({}).describe("How work trees are made ready."),
  paths: z
    .strictObject({
      protected: globs.default([]).describe("Changing these needs a person; added to what is always protected."),
      allowed: globs.min(1).optional().describe("Where set, nothing outside these may change."),
      generated: globs.default([]).describe("Exempt from the limits of size: lockfiles, snapshots."),
      max_file_kb: z.int().min(1).max(102_400).default(1024).describe("The largest file that a change may hold."),
      max_files: z.int().min(1).max(10_000).default(200).describe("Files that one phase may change."),
      max_changed_lines: z
        .int()
        .min(1)
        .max(1_000_000)
        .default(20_000)
        .describe("Lines that one phase may add and delete, together."),
    })
    .prefault({}),
  gates: gatesSchema(globs)
    .prefault({})
    .describe(
      "Deterministic rules, judged on changed lines before any command runs. `block`: what they object to does not land, unless a maintainer says so. `warn`: it is a minor finding. `off`: nobody looks.",
    ),
  promotion: z
    .strictObject({
      approvals: z
        .int()
        .min(0)
        .max(6)
        .default(0)
        .describe("People with write access, the requester not among them, who must approve the head commit."),
      auto_merge: z
        .literal([true, false, "on_command", "github", "queue"])
        .default(false)
        .describe(
          "Who merges. False: people. True: Autopack, when `autopack/promotion` is green. `on_command`: Autopack, at `/autopack promote`. `github`: GitHub's own auto-merge. `queue`: GitHub's merge queue.",
        ),
      ready: z
        .enum(["auto", "on_command"])
        .default("auto")
        .describe("When the pull request stops being a draft: as soon as it is judged fit, or at `/autopack promote`."),
      method: z.enum(["merge", "squash", "rebase"]).default("merge").describe("How pull requests are merged."),
    })
    .prefault({}),
  strategy: strategySchema.prefault({}),
  budgets: budgetsSchema.prefault({}),
  backlog: backlogSchema.prefault({}),
  audit: z
    .strictObject({
      required: z
        .literal([true, false, "by_category"])
        .default(true)
        .describe(
          "Have the Auditor judge every phase; `by_category`: those whose category may not land without. False switches it off.",
        ),
      final: z
        .enum(["auto", "always", "never"])
        .default("auto")
        .describe(
          "Have the Auditor judge the whole change once more before the promotion. `auto`: where several phases have landed, and one of them is held strictly.",
        ),
      min_catch_rate: z
        .number()
        .min(0)
        .max(1)
        .optional()
        .describe(
          "The part of seeded defects that the Auditor must have caught in `autopack audit measure` on this server, as in `0.7`, for runs with a phase that is held strictly. Without one nothing is required.",
        ),
      rounds: z.int().min(0).max(10).default(2).describe("How often the Auditor may ask for a revision of one phase."),
    })
    .prefault({}),
  reviews: z
    .strictObject({
      rounds: z
        .int()
        .min(0)
        .max(20)
        .default(3)
        .describe("How often people may ask for changes of one run, by review or `/autopack fix`."),
    })
    .prefault({}),
  triggers: z
    .strictObject({
      close_grace_minutes: z
        .int()
        .min(0)
        .max(1440)
        .default(10)
        .describe("Between the closing of an issue and the end of its run; opening it again keeps the run."),
    })
    .prefault({}),
  commands: z
    .strictObject({
      bare: z.boolean().default(true).describe("Accept `/retry` for `/autopack retry` on a run's own pull request."),
    })
    .prefault({}),
});

export type Config = z.output<typeof configSchema>;
export type StepConfig = Config["preflight"][number];
export type ProfileStepConfig = Config["ci"]["normal"][number];
export type AgentConfig = Config["agents"]["builder"];

/** Relative, `/`-separated and inside the repository. */
export function isRelative(path: string): boolean {
  return !/^[/\\]|^[a-z]:|\\/i.test(path) && !path.split("/").includes("..");
}
