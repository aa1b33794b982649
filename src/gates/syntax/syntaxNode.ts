/** A piece of a program's syntax, copied out of the parser, so that nothing has to be released. Lines count from 1. */
export interface SyntaxNode {
  /** As the grammar names it: `call_expression`, or the token itself: `&&`. */
  readonly type: string;
  /** False for tokens such as `(`. */
  readonly named: boolean;
  /** What it is to its parent, where the grammar says so: `left`. */
  readonly field: string | null;
  readonly start: number;
  readonly end: number;
  readonly startLine: number;
  readonly endLine: number;
  readonly parent: SyntaxNode | null;
  readonly children: readonly SyntaxNode[];
  /** The whole file's text, which `start` and `end` count in. */
  readonly source: string;
}

export function textOf(node: SyntaxNode): string {
  return node.source.slice(node.start, node.end);
}

export function childBy(node: SyntaxNode, field: string): SyntaxNode | null {
  return node.children.find((each) => each.field === field) ?? null;
}

/** Children that are neither tokens nor comments. */
export function partsOf(node: SyntaxNode): readonly SyntaxNode[] {
  return node.children.filter((each) => each.named && !isComment(each));
}

export function isComment(node: SyntaxNode): boolean {
  return node.type === "comment" || node.type === "line_comment" || node.type === "block_comment";
}

/** A node and all below it, in the order of the text. `enter` says false where what is below is of no interest. */
export function* walk(root: SyntaxNode, enter: (node: SyntaxNode) => boolean = () => true): Generator<SyntaxNode> {
  const open = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    yield node;
    if (enter(node)) for (let at = node.children.length - 1; at >= 0; at -= 1) push(open, node.children[at]);
  }
}

function push(open: SyntaxNode[], node: SyntaxNode | undefined): void {
  if (node !== undefined) open.push(node);
}

/** From the parent upwards. */
export function* ancestors(node: SyntaxNode): Generator<SyntaxNode> {
  for (let at = node.parent; at !== null; at = at.parent) yield at;
}

export function isWithin(node: SyntaxNode, outer: SyntaxNode): boolean {
  return node.start >= outer.start && node.end <= outer.end;
}
