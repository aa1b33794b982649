import { LineCounter, isAlias, isMap, isPair, isScalar, isSeq, parseAllDocuments } from "yaml";
import { childBy, partsOf, textOf, walk } from "../syntax/syntaxNode.ts";
import type { SyntaxNode } from "../syntax/syntaxNode.ts";

/** One value of a configuration file, by the names that lead to it. Of lists, each value has the list's name. */
export interface Setting {
  readonly path: readonly string[];
  readonly value: string;
  /** From 1. */
  readonly line: number;
}

/** Aliases can make a small file endless. */
const MAX_SETTINGS = 20_000;
const MAX_DEPTH = 60;

/** Of YAML, and of JSON, also with comments and trailing commas. Null: it is neither. */
export function yamlSettings(text: string): readonly Setting[] | null {
  const lineCounter = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter, strict: false, uniqueKeys: false, logLevel: "silent" });
  if (!Array.isArray(documents)) return [];
  const found: Setting[] = [];
  const lineAt = (node: unknown): number => {
    const [offset] = (node as { readonly range?: readonly number[] | null }).range ?? [];
    return offset === undefined ? 1 : lineCounter.linePos(offset).line;
  };
  const read = (node: unknown, path: readonly string[]): void => {
    if (found.length > MAX_SETTINGS || path.length > MAX_DEPTH || isAlias(node)) return;
    if (isScalar(node)) found.push({ path, value: String(node.value), line: lineAt(node) });
    else if (isSeq(node)) for (const each of node.items) read(each, path);
    else if (isMap(node)) for (const each of node.items) readPair(each, path);
  };
  const readPair = (pair: unknown, path: readonly string[]): void => {
    if (isPair(pair)) read(pair.value, [...path, isScalar(pair.key) ? String(pair.key.value) : "?"]);
  };
  for (const document of documents) {
    if (document.errors.length > 0) return null;
    read(document.contents, []);
  }
  return found;
}

/** JSON with comments is read as YAML is, once the comments are gone: that takes trailing commas too. */
export function jsonSettings(text: string): readonly Setting[] | null {
  return yamlSettings(withoutComments(text).replaceAll("\t", " "));
}

/** Comments become blanks, so that lines and columns stay. Marks within texts are none. */
function withoutComments(text: string): string {
  return text.replaceAll(/"(?:[^"\\\n]|\\.)*"|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (found) =>
    found.startsWith('"') ? found : found.replaceAll(/[^\n]/g, " "),
  );
}

/**
 * Of TOML and INI, by line: there is no parser for them here. Sections, `key = value`, and lists over several lines; what is
 * cleverer than that is not seen.
 */
export function sectionSettings(text: string): readonly Setting[] {
  const found: Setting[] = [];
  let section: readonly string[] = [];
  let open: { readonly path: readonly string[]; readonly close: string } | null = null;
  for (const [index, raw] of text.split("\n").entries()) {
    const line = withoutRemark(raw).trimEnd();
    const header = /^\s*\[+([^\]]+)\]+\s*$/.exec(line)?.[1];
    const pair: RegExpExecArray | null =
      open === null ? /^([\w."'-]+(?:\s[\w-]+)*)\s*[=:]\s*(.*)$/.exec(line.trim()) : null;
    const isIndented = /^\s+\S/.test(line);
    if (open !== null) {
      found.push(...valuesOf(line, open.path, index + 1));
      if (line.includes(open.close)) open = null;
    } else if (header !== undefined && !isIndented) section = keysOf(header);
    else if (isIndented && found.length > 0 && pair === null)
      found.push(...valuesOf(line, found.at(-1)?.path ?? [], index + 1));
    else if (pair !== null) {
      const path = [...section, ...keysOf(pair[1] ?? "")];
      const value = pair[2] ?? "";
      found.push(...(value === "" ? [{ path, value: "", line: index + 1 }] : valuesOf(value, path, index + 1)));
      open = opened(value, path);
    }
    if (found.length > MAX_SETTINGS) break;
  }
  return found;
}

function opened(
  value: string,
  path: readonly string[],
): { readonly path: readonly string[]; readonly close: string } | null {
  if (value.startsWith("[") && !value.includes("]")) return { path, close: "]" };
  return null;
}

/** `#` and `;` begin a remark, unless in quotes. */
function withoutRemark(line: string): string {
  return line.replaceAll(/"[^"]*"|'[^']*'|(?:^|\s)[#;].*$/g, (found) => (/^["']/.test(found) ? found : ""));
}

function keysOf(name: string): readonly string[] {
  return name.split(".").map((each) => each.trim().replaceAll(/^["']|["']$/g, ""));
}

function valuesOf(text: string, path: readonly string[], line: number): readonly Setting[] {
  const inQuotes = text.trim().replaceAll(/^\[|\]$/g, "");
  if (/^["'].*["']$/.test(text.trim()) && !text.includes(",")) return [{ path, value: unquoted(text), line }];
  return inQuotes
    .split(",")
    .map(unquoted)
    .filter((value) => value !== "" && value !== "]")
    .map((value) => ({ path, value, line }));
}

function unquoted(text: string): string {
  return text.trim().replaceAll(/^["']+|["']+$/g, "");
}

/** Of object literals in a configuration that is a program: `vitest.config.ts`, `eslint.config.js`. */
export function literalSettings(root: SyntaxNode): readonly Setting[] {
  const found: Setting[] = [];
  for (const node of walk(root)) {
    if (node.type !== "pair" || found.length > MAX_SETTINGS) continue;
    const value = childBy(node, "value");
    if (value === null || value.type === "object") continue;
    const path = pathOf(node);
    for (const each of leavesOf(value)) found.push({ path, value: plainOf(each), line: each.startLine });
  }
  return found;
}

function leavesOf(value: SyntaxNode): readonly SyntaxNode[] {
  return value.type === "array" ? partsOf(value).filter(({ type }) => type !== "object") : [value];
}

function plainOf(node: SyntaxNode): string {
  return textOf(node).replaceAll(/^["'`]|["'`]$/g, "");
}

function pathOf(pair: SyntaxNode): readonly string[] {
  const path: string[] = [];
  for (let at: SyntaxNode | null = pair; at !== null; at = at.parent) {
    const key = at.type === "pair" ? childBy(at, "key") : null;
    if (key !== null) path.unshift(plainOf(key));
  }
  return path;
}
