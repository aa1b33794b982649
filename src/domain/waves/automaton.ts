import type { GlobToken } from "./globTokens.ts";

/** Characters that lead from one state to the next. Paths are compared by UTF-16 code units, as regular expressions do. */
interface Step {
  readonly slash: boolean;
  /** Of the other characters: a single one, a set, all but a set. */
  readonly others: number | "none" | { readonly codes: ReadonlySet<number>; readonly negated: boolean };
  readonly to: number;
}

/** Takes the paths that a glob takes. Starts in state 0. */
export interface Automaton {
  readonly steps: readonly (Step | null)[];
  /** Where one gets to without a character. */
  readonly jumps: readonly (readonly number[])[];
  readonly end: number;
}

interface Draft {
  readonly steps: (Step | null)[];
  readonly jumps: number[][];
  /** Slashes before `**`, and where the part behind it begins: gone together when nothing needs to follow. */
  readonly trees: { readonly beforeSlash: number; readonly after: number }[];
}

const SLASH = 47;
const ALL = { codes: new Set<number>(), negated: true };

export function toAutomaton(patterns: readonly (readonly GlobToken[])[]): Automaton {
  const draft: Draft = { steps: [], jumps: [], trees: [] };
  const start = addState(draft);
  const ends = patterns.map((tokens) => addTokens(draft, tokens, start));
  const end = join(draft, ends);
  // From the last on, as one may be followed by nothing but others.
  for (const { beforeSlash, after } of draft.trees.toReversed()) {
    if (reach(draft, new Set([after])).has(end)) draft.jumps[beforeSlash]?.push(end);
  }
  return { steps: draft.steps, jumps: draft.jumps, end };
}

export function takes({ steps, jumps, end }: Automaton, path: string): boolean {
  let states = reach({ jumps }, new Set([0]));
  for (let index = 0; index < path.length && states.size > 0; index += 1) {
    const code = path.charCodeAt(index);
    const next = new Set<number>();
    for (const state of states) {
      const step = steps[state];
      if (step && leads(step, code)) next.add(step.to);
    }
    states = reach({ jumps }, next);
  }
  return states.has(end);
}

/**
 * Whether two automata take a path in common: one without empty names and slashes at its ends, as paths in a repository are.
 *
 * Goes through the pairs of their states, so at most the product of their sizes.
 */
export function meet(left: Automaton, right: Automaton): boolean {
  const width = right.steps.length;
  const seen = new Uint8Array(left.steps.length * width * 2);
  // A pair of states, and whether a name has begun, as one number.
  const open: number[] = [];
  const visit = (a: number, b: number, inName: 0 | 1): void => {
    const pair = (a * width + b) * 2 + inName;
    if (seen[pair] === 1) return;
    seen[pair] = 1;
    open.push(pair);
  };
  visit(0, 0, 0);
  for (let pair = open.pop(); pair !== undefined; pair = open.pop()) {
    const inName = (pair & 1) as 0 | 1;
    const a = Math.floor(pair / 2 / width);
    const b = (pair >> 1) % width;
    if (inName === 1 && a === left.end && b === right.end) return true;
    for (const to of left.jumps[a] ?? []) visit(to, b, inName);
    for (const to of right.jumps[b] ?? []) visit(a, to, inName);
    const one = left.steps[a];
    const other = right.steps[b];
    if (!one || !other) continue;
    if (inName === 1 && one.slash && other.slash) visit(one.to, other.to, 0);
    if (shareCharacter(one.others, other.others)) visit(one.to, other.to, 1);
  }
  return false;
}

function shareCharacter(left: Step["others"], right: Step["others"]): boolean {
  if (left === "none" || right === "none") return false;
  if (typeof left === "number") return holds(right, left);
  if (typeof right === "number") return holds(left, right);
  if (left.negated && right.negated) return true;
  const [one, other] = left.negated ? [right, left] : [left, right];
  for (const code of one.codes) if (holds(other, code)) return true;
  return false;
}

function holds(set: Exclude<Step["others"], "none">, code: number): boolean {
  return typeof set === "number" ? set === code : set.codes.has(code) !== set.negated;
}

function leads(step: Step, code: number): boolean {
  if (code === SLASH) return step.slash;
  return step.others !== "none" && holds(step.others, code);
}

/** The states that jumps lead to, those one is in included. */
function reach({ jumps }: Pick<Automaton, "jumps">, from: Set<number>): Set<number> {
  // A set that grows while it is walked is walked to its end.
  for (const state of from) for (const to of jumps[state] ?? []) from.add(to);
  return from;
}

function addTokens(draft: Draft, tokens: readonly GlobToken[], from: number): number {
  let at = from;
  let beforeSlash: number | null = null;
  for (const token of tokens) {
    const before = at;
    at = addToken(draft, token, at);
    if (token.kind === "tree" && beforeSlash !== null) draft.trees.push({ beforeSlash, after: at });
    if (token.kind === "tree") continue;
    beforeSlash = token.kind === "text" && token.text === "/" ? before : null;
  }
  return at;
}

function addToken(draft: Draft, token: GlobToken, from: number): number {
  switch (token.kind) {
    case "text":
      return addText(draft, token.text, from);
    case "one":
      return addStep(draft, from, { slash: false, others: ALL });
    case "set":
      return addStep(draft, from, { slash: false, others: token });
    case "star":
      return addLoop(draft, from, { slash: false, others: ALL });
    case "rest":
      return addLoop(draft, from, { slash: true, others: ALL });
    case "tree":
      return addTree(draft, from, token.slash);
    case "choice":
      return join(
        draft,
        token.options.map((option) => addTokens(draft, option, from)),
      );
  }
}

function addText(draft: Draft, text: string, from: number): number {
  let at = from;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    at = addStep(draft, at, code === SLASH ? { slash: true, others: "none" } : { slash: false, others: code });
  }
  return at;
}

function addTree(draft: Draft, from: number, slash: boolean): number {
  const inside = addLoop(draft, from, { slash: true, others: ALL });
  if (!slash) return inside;
  const end = addText(draft, "/", inside);
  draft.jumps[from]?.push(end);
  return end;
}

function addStep(draft: Draft, from: number, characters: Omit<Step, "to">): number {
  // A state has one step; where one leaves from here already, the next takes a state of its own.
  const at = draft.steps[from] === null ? from : addState(draft);
  const to = addState(draft);
  if (at !== from) draft.jumps[from]?.push(at);
  draft.steps[at] = { ...characters, to };
  return to;
}

function addLoop(draft: Draft, from: number, characters: Omit<Step, "to">): number {
  const at = addState(draft);
  const to = addState(draft);
  draft.jumps[from]?.push(at);
  draft.steps[at] = { ...characters, to: at };
  draft.jumps[at]?.push(to);
  return to;
}

function join(draft: Draft, states: readonly number[]): number {
  const to = addState(draft);
  for (const state of states) draft.jumps[state]?.push(to);
  return to;
}

function addState(draft: Draft): number {
  draft.jumps.push([]);
  return draft.steps.push(null) - 1;
}
