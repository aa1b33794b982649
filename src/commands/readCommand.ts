import { nearest } from "../domain/nearest.ts";
import { plainLine } from "../domain/plainText.ts";
import { quoted } from "./quoted.ts";
import { readArguments } from "./readArguments.ts";
import { commandNames, isCommandName, specs } from "./specs.ts";
import type { Command } from "./specs.ts";

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
  const name = line.verb.toLowerCase();
  if (!isCommandName(name)) return unknownVerb(line.text, line.verb, (meant) => `/autopack ${meant}`);
  const spec = specs[name];
  const read = readArguments(spec, line.rest);
  if (read.kind === "malformed") return unknown(line.text, read.message, spec.examples[0]);
  const command = { kind: "command", name, ...read.args };
  // The registry ties each name to its arguments, which TypeScript cannot follow through a lookup.
  return asked(command as Command, line.text);
}

/** A verb can be the argument of `help`: one that does not exist is not understood there either. */
function asked(command: Command, text: string): ParsedCommand {
  if (command.name !== "help" || command.verb === null || isCommandName(command.verb)) return command;
  return unknownVerb(text, command.verb, (meant) => `/autopack help ${meant}`);
}

function unknownVerb(text: string, verb: string, line: (meant: string) => string): UnknownCommand {
  const meant = nearest(verb, commandNames);
  return unknown(text, `There is no command ${quoted(verb)}.`, meant === null ? null : line(meant));
}

/** A line that gets an answer, but no command. */
export function unknown(text: string, message: string, suggestion: string | null): UnknownCommand {
  return { kind: "unknown", text: plainLine(text, MAX_TEXT_LENGTH), suggestion, message };
}
