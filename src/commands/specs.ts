import { approve } from "./approve.ts";
import { audit } from "./audit.ts";
import { backlog } from "./backlog.ts";
import { budget } from "./budget.ts";
import { cancel } from "./cancel.ts";
import { ci } from "./ci.ts";
import type { Argument, ArgumentValue, CommandSpec } from "./commandSpec.ts";
import { debt } from "./debt.ts";
import { explain } from "./explain.ts";
import { fix } from "./fix.ts";
import { help } from "./help.ts";
import { hold } from "./hold.ts";
import { override } from "./override.ts";
import { pause } from "./pause.ts";
import { ping } from "./ping.ts";
import { plan } from "./plan.ts";
import { preflight } from "./preflight.ts";
import { promote } from "./promote.ts";
import { resume } from "./resume.ts";
import { retry } from "./retry.ts";
import { rollback } from "./rollback.ts";
import { run } from "./run.ts";
import { skip } from "./skip.ts";
import { status } from "./status.ts";
import { unhold } from "./unhold.ts";
import { why } from "./why.ts";

/** Every verb, in the order in which help lists them. A new one is a file and a line here. */
export const specs = {
  run,
  plan,
  approve,
  status,
  why,
  explain,
  retry,
  skip,
  fix,
  audit,
  preflight,
  ci,
  pause,
  resume,
  hold,
  unhold,
  cancel,
  rollback,
  budget,
  override,
  promote,
  backlog,
  debt,
  help,
  ping,
} as const satisfies Readonly<Record<string, CommandSpec<string>>>;

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

export type CommandOf<Name extends CommandName> = Extract<Command, { readonly name: Name }>;

export const commandNames = Object.keys(specs) as readonly CommandName[];

export function isCommandName(name: string): name is CommandName {
  return Object.hasOwn(specs, name);
}

/** The arguments of a verb as its specification lists them. */
export function argumentsOf(spec: AnyCommandSpec): readonly (readonly [string, Argument<ArgumentValue>])[] {
  return Object.entries(spec.args ?? {});
}
