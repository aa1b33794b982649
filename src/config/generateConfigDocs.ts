import { z } from "zod";
import { configSchema, stepSchema } from "./configSchema.ts";
import { planSchema } from "./planSchema.ts";
import { starterConfig } from "./starterConfig.ts";

type Schema = z.core.JSONSchema.BaseSchema;

/** The reference of `.github/autopack.yml` and of the plan in an issue, as Markdown. */
export function generateConfigDocs(): string {
  const parts = [
    INTRODUCTION,
    "```yaml\n" + starterConfig() + "```",
    "## Keys",
    table(configSchema),
    "## Steps",
    STEPS,
    table(stepSchema.options[1]),
    "## The plan in an issue",
    PLAN,
    table(planSchema),
  ];
  return parts.join("\n\n").concat("\n");
}

const INTRODUCTION = `# Configuration

<!-- Written by \`npm run docs\` from src/config/. Do not edit. -->

A repository takes part by a file \`.github/autopack.yml\` (or \`.yaml\`, not both) on its default branch; what other branches
say does not count. It is read when a run starts and frozen for that run. Unknown keys are errors, so that a slip of the pen
never switches anything off; errors are shown with their line. A file to start from:`;

const STEPS = "An entry of `preflight` and `ci.normal` is a command line, or:";

const PLAN = `A run's plan is the first of these that there is:

1. a \`yaml\` block in the issue with the root key \`autopack\`, as below;
2. \`specs/<feature>/tasks.md\` in [Spec Kit](https://github.com/github/spec-kit)'s form, when the issue names
   \`specs/<feature>\`, or the folder alone where its name begins with a number; what is ticked off is left out;
3. a task list (\`- [ ] …\`) in the issue, a phase each; what is ticked off is left out;
4. the issue itself, as one phase.

One that is there and wrong is refused, with the line. A run takes at most 25 phases.

\`\`\`yaml
autopack:
  phases:
    - title: Add a greeting
      files: [src/greet.ts]
      acceptance: [greet() returns a text]
    - title: Document the greeting
      category: docs
      depends_on: [Add a greeting]
\`\`\``;

/** Described under `tiers` already. */
const REPEATED = "autopack.phases[]";

interface Row {
  readonly path: string;
  readonly type: string;
  readonly fallback: string;
  readonly description: string;
}

function table(schema: z.ZodType): string {
  const rows = rowsOf(z.toJSONSchema(schema, { io: "input" }), "");
  const lines = rows
    .filter(({ path }) => !path.startsWith(REPEATED))
    .map((row) => `| \`${row.path}\` | ${row.type} | ${row.fallback} | ${row.description} |`);
  return ["| key | type | default | meaning |", "| --- | --- | --- | --- |", ...lines].join("\n");
}

function rowsOf(schema: Schema, prefix: string): readonly Row[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, property]) => {
    if (typeof property === "boolean") return [];
    const path = prefix === "" ? key : `${prefix}.${key}`;
    const inner = property.properties === undefined ? listed(property) : property;
    const nested = inner === null ? [] : rowsOf(inner, inner === property ? path : `${path}[]`);
    const isGroup = property.properties !== undefined && property.description === undefined;
    return isGroup ? nested : [rowOf(path, property, schema.required?.includes(key) === true), ...nested];
  });
}

/** What a list holds, when that has keys of its own. */
function listed({ items }: Schema): Schema | null {
  return typeof items === "object" && !Array.isArray(items) && items.properties !== undefined ? items : null;
}

function rowOf(path: string, schema: Schema, isRequired: boolean): Row {
  const fallback =
    schema.default === undefined ? (isRequired ? "required" : "") : `\`${JSON.stringify(schema.default)}\``;
  return { path, type: typeText(schema), fallback, description: schema.description ?? "" };
}

function typeText(schema: Schema): string {
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${String(value)}\``).join(", ");
  if (schema.anyOf !== undefined) return alternativesText(schema.anyOf);
  if (schema.type === "array") return listText(schema);
  if (schema.type === "integer") return rangeText(schema);
  if (schema.type === "object") return schema.properties === undefined ? "texts by name" : "mapping";
  return schema.type === "boolean" ? "`true`, `false`" : "text";
}

function listText({ items }: Schema): string {
  const text = typeof items === "object" && !Array.isArray(items) ? typeText(items) : "value";
  return text === "mapping" ? "list" : `list of ${text}s`;
}

function alternativesText(schemas: readonly (Schema | boolean)[]): string {
  const texts = schemas.map((schema) => (typeof schema === "boolean" ? "value" : typeText(schema)));
  return texts.includes("mapping") ? "step" : texts.join(" or ");
}

function rangeText({ minimum, maximum }: Schema): string {
  const isOpen = maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER;
  return isOpen ? "whole number" : `${minimum ?? 0}–${maximum.toLocaleString("en")}`;
}
