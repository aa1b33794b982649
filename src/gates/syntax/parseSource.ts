import treeSitter from "@vscode/tree-sitter-wasm";
import type { Tree, TreeCursor } from "@vscode/tree-sitter-wasm";
import { grammarOf } from "./grammars.ts";
import { familyOf, languageOf } from "./language.ts";
import type { Family, Language } from "./language.ts";
import type { SyntaxNode } from "./syntaxNode.ts";

export interface ParsedSource {
  readonly family: Family;
  readonly root: SyntaxNode;
  /** Lines that the parser could make nothing of. */
  readonly brokenLines: ReadonlySet<number>;
}

/** `unknown`: no grammar for it. `too_large`, `too_slow`, `too_deep`: past what is worth the memory and time. */
export type Parsing =
  | { readonly kind: "parsed"; readonly parsed: ParsedSource }
  | { readonly kind: "unread"; readonly why: "unknown" | "too_large" | "too_slow" | "too_deep" };

/**
 * Characters. A file of 5,000 lines (210 kB) takes 40 to 90 ms to parse and 55 to 100 ms to copy, and 60,000 nodes.
 * People do not write files that are larger than this.
 */
const MAX_CHARACTERS = 1_000_000;
const MAX_PARSE_MS = 3000;
/** Programs by people nest to about 60. */
const MAX_DEPTH = 800;
const MAX_NODES = 1_000_000;

/** Parses a file by the language that its path tells. Errors in it are no failure: they are in `brokenLines`. */
export async function parseSource(path: string, text: string): Promise<Parsing> {
  const language = languageOf(path);
  if (language === null) return { kind: "unread", why: "unknown" };
  if (text.length > MAX_CHARACTERS) return { kind: "unread", why: "too_large" };
  return parseAs(language, text);
}

async function parseAs(language: Language, text: string): Promise<Parsing> {
  const grammar = await grammarOf(language);
  const parser = new treeSitter.Parser();
  try {
    parser.setLanguage(grammar);
    const until = performance.now() + MAX_PARSE_MS;
    // Its type says that nothing is returned; true stops the parser.
    const tree = parser.parse(text, null, { progressCallback: () => performance.now() > until });
    if (tree === null) return { kind: "unread", why: "too_slow" };
    return copied(tree, { language, text });
  } finally {
    parser.delete();
  }
}

function copied(tree: Tree, { language, text }: { readonly language: Language; readonly text: string }): Parsing {
  const cursor = tree.walk();
  try {
    const copy = copyOf(cursor, text);
    if (copy === null) return { kind: "unread", why: "too_deep" };
    return { kind: "parsed", parsed: { family: familyOf(language), ...copy } };
  } finally {
    cursor.delete();
    tree.delete();
  }
}

interface Building extends SyntaxNode {
  readonly parent: Building | null;
  readonly children: Building[];
}

/** By the cursor, not by recursion: a file of brackets only must not exhaust the stack. */
function copyOf(cursor: TreeCursor, source: string): Pick<ParsedSource, "root" | "brokenLines"> | null {
  const broken = new Set<number>();
  const root = nodeAt(cursor, { parent: null, source, broken });
  let at: Building | null = root;
  let depth = 0;
  for (let count = 1; at !== null; count += 1) {
    if (depth > MAX_DEPTH || count > MAX_NODES) return null;
    if (cursor.gotoFirstChild()) {
      depth += 1;
      at = nodeAt(cursor, { parent: at, source, broken });
      continue;
    }
    while (at !== null && !cursor.gotoNextSibling()) {
      cursor.gotoParent();
      depth -= 1;
      at = at.parent;
    }
    if (at !== null) at = nodeAt(cursor, { parent: at.parent, source, broken });
  }
  return { root, brokenLines: broken };
}

function nodeAt(
  cursor: TreeCursor,
  {
    parent,
    source,
    broken,
  }: { readonly parent: Building | null; readonly source: string; readonly broken: Set<number> },
): Building {
  const startLine = cursor.startPosition.row + 1;
  const type = cursor.nodeType;
  const node: Building = {
    type,
    named: cursor.nodeIsNamed,
    field: cursor.currentFieldName,
    start: cursor.startIndex,
    end: cursor.endIndex,
    startLine,
    endLine: cursor.endPosition.row + 1,
    parent,
    children: [],
    source,
  };
  if (type === "ERROR" || cursor.nodeIsMissing) broken.add(startLine);
  parent?.children.push(node);
  return node;
}
