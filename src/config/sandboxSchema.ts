import { z } from "zod";
import { parseEgressPattern } from "../domain/egressPattern.ts";
import type { SetupSettings, Step } from "../domain/settings.ts";

/** Plain names below the repository's root: they are joined to folders of ours. */
const path = z
  .string()
  .max(300)
  .refine((text) => /^[^/\0]/.test(text) && text.split("/").every((part) => !["", ".", "..", ".git"].includes(part)), {
    error: "must be a path inside the repository, without `.`, `..` and `.git`",
  });

/** The part `sandbox` of the configuration; `steps` is the schema of a list of steps. */
export function sandboxSchema<Steps extends z.ZodType>(steps: Steps) {
  return z.strictObject({
    setup: steps.describe("Commands that make every work tree ready, for agents and gates: `npm ci`."),
    cache: z
      .strictObject({
        key_files: z
          .array(path)
          .min(1)
          .max(20)
          .describe("What the commands make depends on these files alone: lockfiles."),
        paths: z
          .array(path)
          .min(1)
          .max(20)
          .describe("What the commands make, as in `node_modules`. Must be ignored by git."),
      })
      .optional()
      .describe("Keep what the commands make, for all work trees whose key files are those of the base."),
    egress: z
      .array(
        z
          .string()
          .refine((text) => parseEgressPattern(text) !== null, { error: "is no `host`, `host:port` or `*.host:port`" }),
      )
      .max(50)
      .default([])
      .describe(
        "Where `setup` and `install` may go on the network, as far as the operator's policy allows it: `registry.npmjs.org`.",
      ),
  });
}

interface SandboxConfig<StepConfig> {
  readonly setup: readonly StepConfig[];
  readonly cache?: { readonly key_files: readonly string[]; readonly paths: readonly string[] } | undefined;
  readonly egress: readonly string[];
}

/** In the words of the domain; nothing where nothing is configured. */
export function toSetup<StepConfig>(
  { setup, cache, egress }: SandboxConfig<StepConfig>,
  toStep: (step: StepConfig) => Step,
): { readonly setup?: SetupSettings } {
  if (setup.length === 0 && egress.length === 0) return {};
  const kept = cache === undefined ? null : { keyFiles: cache.key_files, paths: cache.paths };
  return { setup: { steps: setup.map(toStep), cache: kept, egress } };
}
