import { nearest } from "../domain/nearest.ts";
import type { Argument, ArgumentValue } from "./commandSpec.ts";
import { quoted } from "./quoted.ts";
import { argumentsOf } from "./specs.ts";
import type { AnyCommandSpec } from "./specs.ts";
import { linkRefusal, tokenize } from "./tokens.ts";
import type { Token } from "./tokens.ts";

type Values = Readonly<Record<string, ArgumentValue>>;

export type Arguments =
  | { readonly kind: "ok"; readonly args: Values }
  /** Markdown, with everything echoed made harmless. */
  | { readonly kind: "malformed"; readonly message: string };

type Named = readonly [string, Argument<ArgumentValue>];

/** Reads what stands behind a verb, as the verb's specification wants it. */
export function readArguments(spec: AnyCommandSpec, rest: string): Arguments {
  const whole = argumentsOf(spec).find(([, { form }]) => form === "rest");
  if (whole !== undefined) return readRest(spec, whole, rest);
  const split = tokenize(rest);
  if (split.kind === "malformed") return split;
  const given = new Map<string, string>();
  for (const token of split.tokens) {
    const key = keyOf(spec, token, given);
    if (key === null) return malformed(`${quoted(spec.name)} takes no ${describe(token)}.${hint(spec, token)}`);
    if (given.has(key)) return malformed(`${quoted(key)} is given twice.`);
    given.set(key, token.text);
  }
  if (spec.needsAnArgument === true && given.size === 0) return malformed(`${quoted(spec.name)} needs ${oneOf(spec)}.`);
  return valuesOf(spec, given);
}

function oneOf(spec: AnyCommandSpec): string {
  return `one at least of ${argumentsOf(spec)
    .map(([key]) => quoted(key))
    .join(", ")}`;
}

function readRest(spec: AnyCommandSpec, [key, argument]: Named, rest: string): Arguments {
  const text = rest.trim();
  if (text === "") return malformed(`${quoted(spec.name)} needs ${quoted(key)}.`);
  const refusal = linkRefusal(text);
  if (refusal !== null) return malformed(refusal);
  const value = argument.read(text);
  return value === null ? wrong(key, argument, text) : { kind: "ok", args: { [key]: value } };
}

/** Which argument a token is: a flag or an option by its key, a word by its place, or by its key as well. */
function keyOf(spec: AnyCommandSpec, token: Token, given: ReadonlyMap<string, string>): string | null {
  const all = argumentsOf(spec);
  if (token.kind === "option") {
    const named = all.find(([key, { form }]) => key === token.key && (form === "option" || form === "positional"));
    return named?.[0] ?? null;
  }
  const flag = all.find(([key, { form }]) => form === "flag" && key === flagName(token.text));
  const placed = all.find(([key, { form }]) => form === "positional" && !given.has(key));
  return (flag ?? placed)?.[0] ?? null;
}

/** People type `--dry-run` out of habit. */
function flagName(text: string): string {
  return text.toLowerCase().replace(/^--/, "");
}

function describe(token: Token): string {
  return token.kind === "option" ? `option ${quoted(token.key)}` : `argument ${quoted(token.text)}`;
}

/** The option or flag that was probably meant. */
function hint(spec: AnyCommandSpec, token: Token): string {
  const known = argumentsOf(spec).flatMap(([key, { form }]) => {
    if (form === "flag") return [{ key, shown: key }];
    return token.kind === "option" ? [{ key, shown: `${key}=` }] : [];
  });
  const typed = token.kind === "option" ? token.key : flagName(token.text);
  const meant = nearest(
    typed,
    known.map(({ key }) => key),
  );
  const shown = known.find(({ key }) => key === meant)?.shown;
  return shown === undefined ? "" : ` Was ${quoted(shown)} meant?`;
}

function valuesOf(spec: AnyCommandSpec, given: ReadonlyMap<string, string>): Arguments {
  const args: Record<string, ArgumentValue> = {};
  for (const [key, argument] of argumentsOf(spec)) {
    const text = given.get(key);
    if (text === undefined && argument.required) return malformed(`${quoted(spec.name)} needs ${quoted(key)}.`);
    const value = text === undefined ? missing(argument) : argument.read(text);
    if (text !== undefined && value === null) return wrong(key, argument, text);
    args[key] = value;
  }
  return { kind: "ok", args };
}

function missing({ form }: Argument<ArgumentValue>): ArgumentValue {
  return form === "flag" ? false : null;
}

function wrong(key: string, { expects }: Argument<ArgumentValue>, text: string): Arguments {
  return malformed(`${quoted(key)} must be ${expects}, not ${quoted(text)}.`);
}

function malformed(message: string): Arguments {
  return { kind: "malformed", message };
}
