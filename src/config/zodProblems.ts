import type { z } from "zod";
import { nearest } from "../domain/nearest.ts";
import { plainLine } from "../domain/plainText.ts";
import type { KeyPath, YamlProblem, YamlSource } from "./yamlSource.ts";

type Issue = z.core.$ZodIssue;

const MAX_SHOWN_LENGTH = 60;
/** A hostile file can hold thousands; nobody reads more than these. */
const MAX_PROBLEMS = 50;

/** What zod has against a YAML document, in words, each where it stands; in the order of the text. */
export function zodProblems(
  issues: readonly Issue[],
  source: YamlSource,
  knownKeys: (path: KeyPath) => readonly string[],
): readonly YamlProblem[] {
  const problems = issues
    .flatMap(meantAlternative)
    .flatMap(oneKeyEach)
    .slice(0, MAX_PROBLEMS)
    .map((issue) =>
      issue.code === "unrecognized_keys"
        ? unknownKey([...issue.path, ...issue.keys], source, knownKeys(issue.path))
        : problem(issue, source),
    );
  return problems.toSorted((left, right) => left.line - right.line || left.column - right.column);
}

/** Of a union, only the complaints of the alternative whose type the value has are of use. */
function meantAlternative(issue: Issue): readonly Issue[] {
  if (issue.code !== "invalid_union") return [issue];
  const meant = issue.errors.find((issues) =>
    issues.every(({ code, path }) => code !== "invalid_type" || path.length > 0),
  );
  if (meant === undefined) return [issue];
  return meant.flatMap((inner) => meantAlternative({ ...inner, path: [...issue.path, ...inner.path] }));
}

function oneKeyEach(issue: Issue): readonly Issue[] {
  return issue.code === "unrecognized_keys" ? issue.keys.map((key) => ({ ...issue, keys: [key] })) : [issue];
}

function unknownKey(path: KeyPath, source: YamlSource, known: readonly string[]): YamlProblem {
  const unknown = String(path.at(-1));
  // Of another form of the same entry.
  if (known.includes(unknown))
    return { ...source.positionOfKey(path), message: `${pathText(path)} does not go with the other keys here.` };
  const near = nearest(unknown, known);
  const hint =
    near === null ? `; known here: ${known.map((key) => `\`${key}\``).join(", ")}.` : `: did you mean \`${near}\`?`;
  return { ...source.positionOfKey(path), message: `There is no key ${pathText(path)}${hint}` };
}

function problem(issue: Issue, source: YamlSource): YamlProblem {
  const { path } = issue;
  const position = issue.code === "invalid_key" ? source.positionOfKey(path) : source.positionOf(path);
  return { ...position, message: `${pathText(path)} ${complaint(issue, valueAt(source.value, path))}.` };
}

function complaint(issue: Issue, value: unknown): string {
  if (value === undefined) return "is missing";
  switch (issue.code) {
    case "invalid_type":
      return `must be ${typeText(issue.expected)}, ${valueText(value)}${quotesHint(issue.expected, value)}`;
    case "invalid_value":
      return `must be ${issue.values.map((allowed) => `\`${String(allowed)}\``).join(" or ")}, ${valueText(value)}`;
    case "too_big":
      return `must be at most ${amountText(issue.maximum, issue.origin)}`;
    case "too_small":
      return `must be at least ${amountText(issue.minimum, issue.origin)}`;
    case "invalid_union":
      // Nothing stands for this `type`; which there are is said where the schema says so.
      if (issue.errors.length === 0) return issue.message;
      return `must be ${alternativesText(issue.errors)}, ${valueText(value)}`;
    case "invalid_key":
      return issue.issues[0]?.message ?? "is no key that can stand here";
    case "invalid_format":
    case "not_multiple_of":
    case "unrecognized_keys":
    case "invalid_element":
    case "custom":
      return issue.message;
  }
}

function pathText(path: KeyPath): string {
  if (path.length === 0) return "The document";
  const text = path.map((segment) => (typeof segment === "number" ? `[${segment}]` : `.${String(segment)}`)).join("");
  return `\`${plainLine(text.replace(/^\./, "").replaceAll("`", "'"), 2 * MAX_SHOWN_LENGTH)}\``;
}

const TYPES: Readonly<Record<string, string>> = {
  array: "a list",
  object: "a mapping",
  record: "a mapping",
  string: "text",
  boolean: "`true` or `false`",
  int: "a whole number",
};

function typeText(expected: string): string {
  return TYPES[expected] ?? `a ${expected}`;
}

function quotesHint(expected: string, value: unknown): string {
  return expected === "string" && (typeof value === "number" || typeof value === "boolean") ? "; put it in quotes" : "";
}

function alternativesText(alternatives: readonly (readonly Issue[])[]): string {
  const expected = alternatives.flatMap(([first]) =>
    first?.code === "invalid_type" ? [typeText(first.expected)] : [],
  );
  return [...new Set(expected)].join(" or ");
}

function valueText(value: unknown): string {
  if (value === null) return "but there is nothing";
  if (typeof value === "object") return `not ${Array.isArray(value) ? "a list" : "a mapping"}`;
  return `not \`${plainLine(JSON.stringify(value).replaceAll("`", "'"), MAX_SHOWN_LENGTH)}\``;
}

function amountText(amount: number | bigint, origin: string): string {
  if (origin === "string") return `${amount} character${amount === 1 ? "" : "s"} long`;
  if (origin === "array") return `${amount} entr${amount === 1 ? "y" : "ies"} long`;
  return String(amount);
}

function valueAt(root: unknown, path: KeyPath): unknown {
  return path.reduce<unknown>(
    (value, segment) =>
      typeof value === "object" && value !== null && Object.hasOwn(value, segment)
        ? (value as Record<PropertyKey, unknown>)[segment]
        : undefined,
    root,
  );
}
