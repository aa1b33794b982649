import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, visit } from "yaml";
import type { Alias, Document, YAMLMap } from "yaml";

/** Where something stands in a text. Both count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export type KeyPath = readonly PropertyKey[];

export interface YamlProblem extends Position {
  readonly message: string;
}

/** A YAML document as plain data, with the way back from the data to the text. */
export interface YamlSource {
  readonly kind: "ok";
  readonly value: unknown;
  /** Where the value at `path` stands; for one that is missing, the nearest parent that is there. */
  readonly positionOf: (path: KeyPath) => Position;
  /** Where the key that `path` ends in stands. */
  readonly positionOfKey: (path: KeyPath) => Position;
}

export type YamlReading = YamlSource | { readonly kind: "invalid"; readonly problems: readonly YamlProblem[] };

const START: Position = { line: 1, column: 1 };
const MAX_ALIASES = 50;
const MAX_PROBLEMS = 20;

/** Reads one YAML 1.2 document. Duplicate keys, unknown tags, a second document and alias bombs are problems. */
export function readYaml(text: string): YamlReading {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: "error" });
  const position = (offset: number) => toPosition(lines, offset);
  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0) {
    const problems = faults.slice(0, MAX_PROBLEMS).map(({ code, message, pos }) => ({
      ...position(pos[0]),
      message: FAULTS[code] ?? sentence(message),
    }));
    return { kind: "invalid", problems };
  }
  const value = toPlain(document, position);
  if (value.kind === "invalid") return value;
  return {
    kind: "ok",
    value: value.value,
    positionOf: (path) => position(offsetOf(document, path)),
    positionOfKey: (path) => position(offsetOfKey(document, path)),
  };
}

const FAULTS: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: "This key is here twice.",
  MULTIPLE_DOCS: "A second document begins here; there may be one only.",
  RESOURCE_EXHAUSTION: "This is nested too deeply.",
  TAB_AS_INDENT: "Tabs cannot indent YAML; use spaces.",
};

function sentence(message: string): string {
  return /[.!?]$/.test(message) ? message : `${message}.`;
}

type Plain = { readonly kind: "ok"; readonly value: unknown } | Extract<YamlReading, { kind: "invalid" }>;

function toPlain(document: Document, position: (offset: number) => Position): Plain {
  try {
    return { kind: "ok", value: document.toJS({ maxAliasCount: MAX_ALIASES }) };
  } catch (error) {
    if (!(error instanceof ReferenceError || error instanceof RangeError)) throw error;
    return { kind: "invalid", problems: [aliasFault(document, position)] };
  }
}

/** Aliases are all that can fail once a document has been composed. */
function aliasFault(document: Document, position: (offset: number) => Position): YamlProblem {
  const anchors = new Set<string>();
  const aliases: Alias[] = [];
  visit(document, {
    Alias: (_, alias) => void aliases.push(alias),
    Node: (_, { anchor }) => void (anchor === undefined || anchors.add(anchor)),
  });
  const dangling = aliases.find(({ source }) => !anchors.has(source));
  const culprit = dangling ?? aliases[0];
  const message =
    dangling === undefined
      ? "The aliases (`*name`) stand for too much."
      : `There is no anchor \`&${dangling.source}\`.`;
  return { ...position(startOf(culprit) ?? 0), message };
}

function toPosition(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return line === 0 ? START : { line, column: col };
}

/** A scalar's own place, else that of its key; for what is missing, that of the nearest parent. */
function offsetOf(document: Document, path: KeyPath): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const segment of path) {
    const found = childOf(document, node, segment);
    if (found === null) return offset;
    node = found.value;
    offset = found.keyOffset ?? startOf(node) ?? offset;
  }
  return isScalar(node) && node.value !== null ? (startOf(node) ?? offset) : offset;
}

function offsetOfKey(document: Document, path: KeyPath): number {
  let node: unknown = document.contents;
  for (const segment of path.slice(0, -1)) node = childOf(document, node, segment)?.value;
  const last = path.at(-1);
  const found = last === undefined ? null : childOf(document, node, last);
  return found?.keyOffset ?? offsetOf(document, path);
}

interface Child {
  readonly value: unknown;
  /** Null in a list. */
  readonly keyOffset: number | null;
}

function childOf(document: Document, parent: unknown, segment: PropertyKey): Child | null {
  const node = isAlias(parent) ? parent.resolve(document) : parent;
  if (isSeq(node)) {
    const value = node.items[Number(segment)];
    return value === undefined ? null : { value, keyOffset: null };
  }
  return isMap(node) ? pairOf(node, String(segment)) : null;
}

function pairOf(map: YAMLMap, key: string): Child | null {
  const pair = map.items.find((item) => isScalar(item.key) && String(item.key.value) === key);
  return pair === undefined ? null : { value: pair.value, keyOffset: startOf(pair.key) };
}

function startOf(node: unknown): number | null {
  return isNode(node) ? (node.range?.[0] ?? null) : null;
}
