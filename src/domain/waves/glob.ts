import { meet, takes, toAutomaton } from "./automaton.ts";
import type { Automaton } from "./automaton.ts";
import { isLiteral, readGlob } from "./globTokens.ts";
import type { GlobToken } from "./globTokens.ts";

/** A path or glob, read once to be compared often. */
export interface Glob {
  /** `./a` is `a`, and a folder (`a/`) is everything in it. */
  readonly text: string;
  /** What all of its paths begin and end with. */
  readonly prefix: string;
  readonly suffix: string;
  /** Null for a path without wildcards. Made at the first call. */
  readonly automaton: (() => Automaton) | null;
}

/** Reads a path or glob as the path rules of plans and configurations do, hidden files included. */
export function toGlob(pathOrGlob: string): Glob {
  const text = normalized(pathOrGlob);
  if (isLiteral(text)) return { text, prefix: text, suffix: text, automaton: null };
  const tokens = readGlob(text);
  return {
    text,
    prefix: prefixOf(tokens),
    suffix: suffixOf(tokens),
    automaton: once(() => toAutomaton(patternsOf(text, tokens))),
  };
}

/** Whether there can be a path that both take. */
export function meets(left: Glob, right: Glob): boolean {
  if (!mayMeet(left, right)) return false;
  if (left.automaton !== null && right.automaton !== null) return meet(left.automaton(), right.automaton());
  if (left.automaton !== null) return takes(left.automaton(), right.text);
  if (right.automaton !== null) return takes(right.automaton(), left.text);
  return left.text === right.text;
}

/** As `meets`, at a glance: never false where `meets` is true. */
export function mayMeet(left: Glob, right: Glob): boolean {
  return (
    (left.prefix.startsWith(right.prefix) || right.prefix.startsWith(left.prefix)) &&
    (left.suffix.endsWith(right.suffix) || right.suffix.endsWith(left.suffix))
  );
}

/** Whether a glob takes one path of a repository, which is read as it stands. */
export function matches(glob: Glob, path: string): boolean {
  if (glob.automaton === null) return glob.text === path;
  return mayMatch(glob, path) && takes(glob.automaton(), path);
}

/** As `matches`, at a glance: never false where `matches` is true. */
export function mayMatch(glob: Glob, path: string): boolean {
  return path.startsWith(glob.prefix) && path.endsWith(glob.suffix);
}

/** The one spelling of a path or glob: `./a` is `a`, and a folder (`a/`) is everything in it. */
export function normalized(pathOrGlob: string): string {
  const text = pathOrGlob.trim();
  const trimmed = text.startsWith("./") ? text.slice(2) : text;
  return trimmed.endsWith("/") ? `${trimmed}**` : trimmed;
}

/** Names may hold what a glob reads otherwise, like `(shop)/page.ts`: the path that is written just so is taken as well. */
function patternsOf(text: string, tokens: readonly GlobToken[]): readonly (readonly GlobToken[])[] {
  return /[{(]/.test(text) ? [tokens, [{ kind: "text", text }]] : [tokens];
}

function prefixOf(tokens: readonly GlobToken[]): string {
  const stop = tokens.findIndex(isFirstOfOther);
  if (stop === -1) return textOf(tokens);
  const text = textOf(tokens.slice(0, stop));
  // `a/**` takes `a` too.
  return tokens[stop]?.kind === "tree" ? text.replace(/\/$/, "") : text;
}

function suffixOf(tokens: readonly GlobToken[]): string {
  return textOf(tokens.slice(tokens.findLastIndex(isFirstOfOther) + 1));
}

/** Groups are read as text, but are written otherwise: they end what is sure. */
function isFirstOfOther(token: GlobToken): boolean {
  return token.kind !== "text" || token.text.length !== 1;
}

function textOf(tokens: readonly GlobToken[]): string {
  return tokens.map((token) => (token.kind === "text" ? token.text : "")).join("");
}

function once<T>(make: () => T): () => T {
  let made: T | null = null;
  return () => (made ??= make());
}
