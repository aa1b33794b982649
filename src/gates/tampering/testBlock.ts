import type { SyntaxNode } from "../syntax/syntaxNode.ts";

/** A test, or a group of tests, as one language's reader found it. */
export interface TestBlock {
  readonly kind: "case" | "group";
  readonly name: string;
  /** All that belongs to it, with decorators and attributes. */
  readonly node: SyntaxNode;
  /** Null for one that is only announced: `it.todo("…")`. */
  readonly body: SyntaxNode | null;
  /** How many sets of data it is run with. Null: it is not run with data, or they are not written there. */
  readonly rows: number | null;
}
