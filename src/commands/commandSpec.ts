/** Where a command may be typed. */
export type Place = "issue" | "pull_request";

/** The least role that may use a command. `reader`: read on a private repository, triage on a public one. */
export type Audience = "reader" | "triage" | "write" | "maintain";

/**
 * One argument of a command. `read` gives null for text it does not accept.
 *
 * A positional one is typed in its place or as `key=value`; an option as `key=value` only; a flag is its key and nothing
 * else; `rest` is all that follows the verb, as it is typed, and is then the only argument there is.
 */
export interface Argument<Value extends ArgumentValue> {
  readonly form: "positional" | "option" | "flag" | "rest";
  readonly required: boolean;
  readonly summary: string;
  /** What is accepted, to complete "must be …". */
  readonly expects: string;
  readonly read: (text: string) => Value | null;
}

export type ArgumentValue = string | number | boolean | null;

/** All there is to know about a verb: help, documentation, parsing and permission checks come from here. */
export interface CommandSpec<Name extends string, Args extends object = object> {
  readonly name: Name;
  readonly usage: string;
  readonly summary: string;
  readonly who: Audience;
  /** The person who asked for the run may not use it on that run. */
  readonly notRequester?: true;
  readonly where: readonly Place[];
  /** The first is what somebody is shown who got the arguments wrong. */
  readonly examples: readonly [string, ...string[]];
  /** Positional ones in the order in which they are typed. One that is missing is null; a flag that is missing is false. */
  readonly args?: { readonly [Key in keyof Args]: Argument<Extract<Args[Key], ArgumentValue>> };
  /** Though each argument is optional, one at least must be there. */
  readonly needsAnArgument?: true;
}
