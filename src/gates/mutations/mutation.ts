import type { SyntaxNode } from "../syntax/syntaxNode.ts";
import type { Family } from "../syntax/language.ts";

export const DEFECTS = [
  "condition_negated",
  "off_by_one",
  "wrong_operator",
  "constant_changed",
  "arguments_swapped",
  "await_dropped",
  "promise_unhandled",
  "null_check_removed",
  "guard_removed",
  "validation_removed",
  "error_swallowed",
  "call_removed",
  "auth_weakened",
  "secret_hard_coded",
  "path_traversal",
  "sql_concatenated",
  "resource_not_closed",
  "lock_removed",
  "assertion_dropped",
] as const;
export type Defect = (typeof DEFECTS)[number];

/** A good file with one defect put into it. */
export interface Mutation {
  /** The same for the same defect in the same code, wherever the lines are. */
  readonly id: string;
  readonly category: Defect;
  /** What an Auditor should say about it. */
  readonly description: string;
  readonly path: string;
  /** In `text`, from 1. */
  readonly line: number;
  /** The whole file. */
  readonly text: string;
}

/** How a defect is put in: what goes, and what comes in its place. */
export interface Seed {
  readonly category: Defect;
  readonly description: string;
  readonly start: number;
  readonly end: number;
  readonly insert: string;
}

export interface Site {
  readonly node: SyntaxNode;
  readonly family: Family;
  readonly inTestFile: boolean;
}

export function replacing(
  node: Pick<SyntaxNode, "start" | "end">,
  insert: string,
  seed: Pick<Seed, "category" | "description">,
): Seed {
  return { ...seed, start: node.start, end: node.end, insert };
}
