import { z } from "zod";
import type { WorkflowFacts } from "../domain/ground/groundFacts.ts";
import { globMatcher } from "./globMatcher.ts";
import type { SourceFile } from "./sourceFile.ts";
import { readYaml } from "./yamlSource.ts";

const words = z.union([z.string().transform((word) => [word]), z.array(z.string())]);
const filters = z
  .object({
    branches: words.optional(),
    "branches-ignore": words.optional(),
    tags: words.optional(),
    "tags-ignore": words.optional(),
    types: words.optional(),
  })
  .nullable();
const workflow = z.object({
  on: z.union([z.string(), z.array(z.string()), z.record(z.string(), z.unknown())]),
  jobs: z.record(z.string(), z.unknown()).default({}),
});
const job = z.object({ name: z.string().optional(), strategy: z.unknown().optional(), uses: z.unknown().optional() });

type Filters = z.output<typeof filters>;

/** Types of pull request events that come when a pull request is opened or pushed to. */
const PUSHED_TYPES: ReadonlySet<string> = new Set(["opened", "synchronize", "reopened", "ready_for_review"]);

interface Branches {
  /** A name as Autopack's branches have. */
  readonly run: string;
  readonly base: string;
}

/**
 * What a workflow of GitHub Actions reports, and whether it starts for a run: by a push to its branch, or by its pull request.
 *
 * Filters by path are passed over: what a run will change is not known. Null for a file that cannot be read.
 */
export function workflowStarts({ path, text }: SourceFile, branches: Branches): WorkflowFacts | null {
  const source = readYaml(text);
  if (source.kind === "invalid") return null;
  const parsed = workflow.safeParse(source.value);
  if (!parsed.success) return null;
  const { on, jobs } = parsed.data;
  const starts = startsOnPush(on, branches.run) || startsOnPull(on, branches.base);
  return { path, jobs: Object.entries(jobs).flatMap(([id, value]) => reportedName(id, value)), starts };
}

/** Jobs of a matrix, and of other workflows, report under names that are made up later. */
function reportedName(id: string, value: unknown): readonly string[] {
  const parsed = job.safeParse(value);
  if (!parsed.success || parsed.data.strategy !== undefined || parsed.data.uses !== undefined) return [];
  const name = parsed.data.name ?? id;
  return name.includes("${{") ? [] : [name];
}

type On = z.output<typeof workflow>["on"];

/** The filters of a trigger; undefined where the workflow does not have it. */
function trigger(on: On, name: string): Filters | undefined {
  if (typeof on === "string") return on === name ? null : undefined;
  if (Array.isArray(on)) return on.includes(name) ? null : undefined;
  if (!Object.hasOwn(on, name)) return undefined;
  const parsed = filters.safeParse(on[name] ?? null);
  // What cannot be read is not held against it.
  return parsed.success ? parsed.data : null;
}

/** With filters for tags alone, pushes to branches start nothing. */
function startsOnPush(on: On, branch: string): boolean {
  const push = trigger(on, "push");
  if (push === undefined) return false;
  const hasBranches = push?.branches !== undefined || push?.["branches-ignore"] !== undefined;
  const hasTags = push?.tags !== undefined || push?.["tags-ignore"] !== undefined;
  return hasTags && !hasBranches ? false : passes(push, branch);
}

function startsOnPull(on: On, base: string): boolean {
  return ["pull_request", "pull_request_target"].some((name) => {
    const pull = trigger(on, name);
    if (pull === undefined) return false;
    return passes(pull, base) && (pull?.types?.some((type) => PUSHED_TYPES.has(type)) ?? true);
  });
}

function passes(chosen: Filters, branch: string): boolean {
  const ignored = chosen?.["branches-ignore"];
  if (ignored !== undefined) return !isChosen(ignored, branch);
  return chosen?.branches === undefined || isChosen(chosen.branches, branch);
}

/** Of several patterns that match, the last one decides; `!` takes out. */
function isChosen(patterns: readonly string[], branch: string): boolean {
  const last = patterns.findLast((pattern) => globMatcher([pattern.replace(/^!/, "")])(branch));
  return last !== undefined && !last.startsWith("!");
}
