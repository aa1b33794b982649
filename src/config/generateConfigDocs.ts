import { z } from "zod";
import { awaitedCheckSchema, configSchema, stepSchema } from "./configSchema.ts";
import { validatorSchemas } from "./acceptanceSchema.ts";
import { planSchema } from "./planSchema.ts";
import { policySchema } from "./policySchema.ts";
import { amountsSchema } from "./strategySchema.ts";
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
    CHECKS,
    table(awaitedCheckSchema),
    "## Measures",
    MEASURES,
    table(amountsSchema),
    "## The operator's policy",
    POLICY,
    table(policySchema),
    "## The plan in an issue",
    PLAN,
    table(planSchema),
    "## Validators",
    VALIDATORS,
    table(validatorSchemas[0].pick({ name: true, weight: true, required: true })),
    ...validatorSchemas.flatMap((schema) => [
      `### \`${schema.shape.type.value}\``,
      schema.description ?? "",
      table(z.strictObject(ownKeys(schema.shape))),
    ]),
  ];
  return parts.join("\n\n").concat("\n");
}

/** What a validator has besides what all of them have. */
function ownKeys(shape: Readonly<Record<string, z.core.$ZodType>>): Readonly<Record<string, z.core.$ZodType>> {
  const common = new Set(["type", "name", "weight", "required"]);
  return Object.fromEntries(Object.entries(shape).filter(([key]) => !common.has(key)));
}

const INTRODUCTION = `# Configuration

<!-- Written by \`npm run docs\` from src/config/. Do not edit. -->

A repository takes part by a file \`.github/autopack.yml\` (or \`.yaml\`, not both) on its default branch; what other branches
say does not count. It is read when a run starts and frozen for that run. Unknown keys are errors, so that a slip of the pen
never switches anything off; errors are shown with their line. A file to start from:`;

const STEPS = "An entry of `preflight`, `ci.normal`, `ci.strict` and `install` is a command line, or:";

const CHECKS =
  "An entry of `ci.normal` and `ci.strict` may be a check of the repository's own instead, which is waited for: [ci.md](ci.md).";

const MEASURES =
  "A level of `budgets` caps any of these. [strategy.md](strategy.md) has the usual caps and what happens at them.";

const POLICY = `Whoever runs the server sets ceilings in a YAML file named by \`AUTOPACK_POLICY\`. No configuration gets past them: what asks
for more gets the ceiling. \`autopack doctor\` shows the policy, \`autopack strategy explain\` what it lowers.

\`\`\`yaml
version: 1
audit_required: true
attempts: 3
budgets:
  run: { cost_usd: 20 }
  day: { cost_usd: 100 }
\`\`\``;

const PLAN = `A run's plan is the first of these that there is:

1. a \`yaml\` block in the issue with the root key \`autopack\`, as below;
2. \`specs/<feature>/tasks.md\` in [Spec Kit](https://github.com/github/spec-kit)'s form, when the issue names
   \`specs/<feature>\`, or the folder alone where its name begins with a number; what is ticked off is left out;
3. a task list (\`- [ ] …\`) in the issue, a phase each; what is ticked off is left out;
4. the issue itself, as one phase.

One that is there and wrong is refused, with the line. A run takes at most 25 phases, or \`strategy.max_phases\`.

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

const VALIDATORS = `An entry of \`validators\` is a command line, which is short for \`test_pass\`, or a mapping with a \`type\`. What they do:
[plans.md](plans.md#how-a-phase-is-judged). All take these keys, and those of their type:`;

/** Described under `autopack.tiers` and `agents.builder` already. */
const REPEATED = [
  "autopack.phases[]",
  "agents.fallback_builder.",
  "agents.planner.",
  "agents.auditor.",
  "agents.investigator.",
];

const MEASURE_KEYS = Object.keys(amountsSchema.shape);

interface Row {
  readonly path: string;
  readonly type: string;
  readonly fallback: string;
  readonly description: string;
}

function table(schema: z.ZodType): string {
  const rows = rowsOf(z.toJSONSchema(schema, { io: "input" }), "");
  const lines = rows
    .filter(({ path }) => !REPEATED.some((prefix) => path.startsWith(prefix)))
    .map((row) => `| \`${row.path}\` | ${row.type} | ${row.fallback} | ${row.description} |`);
  return ["| key | type | default | meaning |", "| --- | --- | --- | --- |", ...lines].join("\n");
}

function rowsOf(schema: Schema, prefix: string): readonly Row[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, property]) => {
    if (typeof property === "boolean") return [];
    const path = prefix === "" ? key : `${prefix}.${key}`;
    if (isLevel(property)) return [rowOf(path, property, false)];
    const nested = nestedRows(property, path);
    const isGroup = property.properties !== undefined && property.description === undefined;
    return isGroup ? nested : [rowOf(path, property, schema.required?.includes(key) === true), ...nested];
  });
}

/** A level of a budget: its measures have a table of their own. */
function isLevel({ properties = {} }: Schema): boolean {
  return MEASURE_KEYS.every((key) => Object.hasOwn(properties, key));
}

/** The keys of a mapping, or of what a list or names of the user's own hold. */
function nestedRows(schema: Schema, path: string): readonly Row[] {
  if (schema.properties !== undefined) return rowsOf(schema, path);
  const { items, additionalProperties } = schema;
  if (typeof items === "object" && !Array.isArray(items)) return rowsOf(items, `${path}[]`);
  return typeof additionalProperties === "object" ? rowsOf(additionalProperties, `${path}.<name>`) : [];
}

function rowOf(path: string, schema: Schema, isRequired: boolean): Row {
  const fallback =
    schema.default === undefined ? (isRequired ? "required" : "") : `\`${JSON.stringify(schema.default)}\``;
  return { path, type: typeText(schema), fallback, description: schema.description ?? "" };
}

function typeText(schema: Schema): string {
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${String(value)}\``).join(", ");
  if (schema.anyOf !== undefined) return schema.title ?? alternativesText(schema.anyOf);
  if (schema.type === "array") return listText(schema);
  if (schema.type === "integer" || schema.type === "number") return rangeText(schema);
  if (schema.type === "object") return objectText(schema);
  return schema.type === "boolean" ? "`true`, `false`" : "text";
}

function objectText(schema: Schema): string {
  if (schema.properties !== undefined) return isLevel(schema) ? "measures" : "mapping";
  const { additionalProperties: values } = schema;
  return typeof values === "object" && values.properties !== undefined ? "mappings by name" : "texts by name";
}

function listText({ items }: Schema): string {
  const text = typeof items === "object" && !Array.isArray(items) ? typeText(items) : "value";
  if (text === "mapping") return "list";
  return text.endsWith("`") ? `list of ${text}` : `list of ${text}s`;
}

function alternativesText(schemas: readonly (Schema | boolean)[]): string {
  const texts = schemas.map((schema) => (typeof schema === "boolean" ? "value" : typeText(schema)));
  return texts.includes("mapping") ? "step" : texts.join(" or ");
}

function rangeText({ minimum, maximum }: Schema): string {
  const isOpen = maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER;
  return isOpen ? "whole number" : `${(minimum ?? 0).toLocaleString("en")}–${maximum.toLocaleString("en")}`;
}
