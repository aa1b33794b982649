import { nearest } from "../domain/nearest.ts";
import { plainLine } from "../domain/plainText.ts";
import type { ArgumentValue } from "./commandSpec.ts";
import { quoted } from "./quoted.ts";
import { argumentsOf, commandNames, specs } from "./specs.ts";
import type { AnyCommandSpec, Command, CommandName } from "./specs.ts";
import { tokenize } from "./tokens.ts";
import type { Token } from "./tokens.ts";

/** A line that was meant for Autopack and says nothing it can do. */
export interface UnknownCommand {
  readonly kind: "unknown";
  /** The line as typed, cut; not escaped. */
  readonly text: string;
  /** A command that was probably meant, ready to be typed. */
  readonly suggestion: string | null;
  /** Markdown, with everything echoed made harmless. */
  readonly message: string;
}

export type ParsedCommand = Command | UnknownCommand;

const MAX_TEXT_LENGTH = 200;

/** Reads one line: `verb` and what stands behind it. `text` is the whole line, for the answer. */
export function readCommand(line: {
  readonly verb: string;
  readonly rest: string;
  readonly text: string;
}): ParsedCommand {
  if (line.verb === "") return unknown(line.text, "A command needs a verb.", "/autopack help");
  const spec = specNamed(line.verb);
  if (spec === null) {
    const meant = nearest(line.verb, commandNames);
    return unknown(
      line.text,
      `There is no command ${quoted(line.verb)}.`,
      meant === null ? null : `/autopack ${meant}`,
    );
  }
  const read = readArguments(spec, line.rest);
  if (read.kind === "malformed") return unknown(line.text, read.message, spec.examples[0]);
  // The registry ties each name to its arguments, which TypeScript cannot follow through a lookup.
  return { kind: "command", name: spec.name, ...read.args } as Command;
}

/** A line that gets an answer, but no command. */
export function unknown(text: string, message: string, suggestion: string | null): UnknownCommand {
  return { kind: "unknown", text: plainLine(text, MAX_TEXT_LENGTH), suggestion, message };
}

function specNamed(verb: string): AnyCommandSpec | null {
  const name = verb.toLowerCase();
  return isCommandName(name) ? specs[name] : null;
}

function isCommandName(name: string): name is CommandName {
  return Object.hasOwn(specs, name);
}

type Arguments =
  | { readonly kind: "ok"; readonly args: Readonly<Record<string, ArgumentValue>> }
  | { readonly kind: "malformed"; readonly message: string };

function readArguments(spec: AnyCommandSpec, rest: string): Arguments {
  const split = tokenize(rest);
  if (split.kind === "malformed") return split;
  const given = new Map<string, string>();
  for (const token of split.tokens) {
    const key = keyOf(spec, token, given);
    if (key === null) return malformed(`${quoted(spec.name)} takes no ${describe(token)}.`);
    if (given.has(key)) return malformed(`${quoted(key)} is given twice.`);
    given.set(key, token.text);
  }
  return valuesOf(spec, given);
}

/** Which argument a token is: an option by its key, a word by its place. */
function keyOf(spec: AnyCommandSpec, token: Token, given: ReadonlyMap<string, string>): string | null {
  const found = argumentsOf(spec).find(([key, argument]) =>
    token.kind === "option"
      ? argument.form === "option" && key === token.key
      : argument.form === "positional" && !given.has(key),
  );
  return found?.[0] ?? null;
}

function describe(token: Token): string {
  return token.kind === "option" ? `option ${quoted(token.key)}` : `argument ${quoted(token.text)}`;
}

function valuesOf(spec: AnyCommandSpec, given: ReadonlyMap<string, string>): Arguments {
  const args: Record<string, ArgumentValue> = {};
  for (const [key, argument] of argumentsOf(spec)) {
    const text = given.get(key);
    if (text === undefined && argument.required) return malformed(`${quoted(spec.name)} needs ${quoted(key)}.`);
    const value = text === undefined ? null : argument.read(text);
    if (text !== undefined && value === null) {
      return malformed(`${quoted(key)} must be ${argument.expects}, not ${quoted(text)}.`);
    }
    args[key] = value;
  }
  return { kind: "ok", args };
}

function malformed(message: string): Arguments {
  return { kind: "malformed", message };
}
