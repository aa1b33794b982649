import { approve } from "./approve.ts";
import { cancel } from "./cancel.ts";
import type { Argument, ArgumentValue, CommandSpec } from "./commandSpec.ts";
import { help } from "./help.ts";
import { retry } from "./retry.ts";
import { run } from "./run.ts";
import { status } from "./status.ts";

/** Every verb. A new one is a file and a line here. */
export const specs = { run, status, retry, cancel, approve, help } as const satisfies Readonly<
  Record<string, CommandSpec<string>>
>;

export type CommandName = keyof typeof specs;

/** Any verb, for code that treats all alike. */
export type AnyCommandSpec = CommandSpec<CommandName>;

type ArgumentsOf<Spec> = Spec extends CommandSpec<string, infer Args> ? Args : never;

/** A command that was understood, with its arguments: who may give it, and where, is not yet judged. */
export type Command = {
  readonly [Name in CommandName]: {
    readonly kind: "command";
    readonly name: Name;
  } & ArgumentsOf<(typeof specs)[Name]>;
}[CommandName];

export const commandNames = Object.keys(specs) as readonly CommandName[];

/** The arguments of a verb as its specification lists them. */
export function argumentsOf(spec: AnyCommandSpec): readonly (readonly [string, Argument<ArgumentValue>])[] {
  return Object.entries(spec.args ?? {});
}
