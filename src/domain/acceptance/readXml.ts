/** An element of an XML document. Text is what stands directly in it, character data included. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

export type XmlReading =
  { readonly kind: "ok"; readonly root: XmlElement } | { readonly kind: "junk"; readonly error: string };

const MAX_DEPTH = 50;
const MAX_ELEMENTS = 1_000_000;

/**
 * Reads the XML that test tools write: elements, attributes, text, CDATA, comments, processing instructions, and the five
 * entities of XML itself with those by number.
 *
 * Untrusted text in, so: no document type and hence no entities of its own, at most 50 levels, and a time that grows with
 * the length and nothing else. Never throws.
 */
export function readXml(text: string): XmlReading {
  const open: OpenElement[] = [];
  let root: XmlElement | null = null;
  let elements = 0;
  let at = text.startsWith("\uFEFF") ? 1 : 0;
  const junk = (error: string): XmlReading => ({ kind: "junk", error: `${error} (line ${lineAt(text, at)})` });

  while (at < text.length) {
    const token = nextToken(text, at);
    switch (token.kind) {
      case "junk":
        return junk(token.error);
      case "text":
        if (open.length > 0) open.at(-1)?.parts.push(token.text);
        else if (token.text.trim() !== "") return junk("text stands outside of the root element");
        break;
      case "skip":
        break;
      case "start": {
        if (root !== null && open.length === 0) return junk("there is more than one root element");
        if (open.length >= MAX_DEPTH) return junk(`elements are nested more than ${MAX_DEPTH} deep`);
        elements += 1;
        if (elements > MAX_ELEMENTS) return junk("there are too many elements");
        const element = { name: token.name, attributes: token.attributes, children: [], parts: [] };
        open.push(element);
        if (token.isEmpty) root = close(open) ?? root;
        break;
      }
      case "end":
        if (open.at(-1)?.name !== token.name) return junk(`\`</${token.name}>\` closes nothing that is open`);
        root = close(open) ?? root;
        break;
    }
    at = token.end;
  }
  const unclosed = open.at(-1);
  if (unclosed !== undefined) return junk(`\`<${unclosed.name}>\` is never closed; the report is cut off`);
  return root === null ? junk("there is no element") : { kind: "ok", root };
}

interface OpenElement extends Omit<XmlElement, "text"> {
  readonly children: XmlElement[];
  readonly parts: string[];
}

/** Closes the innermost element; gives it when it was the root. */
function close(open: OpenElement[]): XmlElement | null {
  const closed = open.pop();
  if (closed === undefined) return null;
  const { name, attributes, children, parts } = closed;
  const element = { name, attributes, children, text: parts.join("") };
  const parent = open.at(-1);
  parent?.children.push(element);
  return parent === undefined ? element : null;
}

type Token = { readonly end: number } & (
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "skip" }
  | {
      readonly kind: "start";
      readonly name: string;
      readonly attributes: ReadonlyMap<string, string>;
      readonly isEmpty: boolean;
    }
  | { readonly kind: "end"; readonly name: string }
  | { readonly kind: "junk"; readonly error: string }
);

function nextToken(text: string, at: number): Token {
  if (text[at] !== "<") {
    const end = indexOr(text.indexOf("<", at), text.length);
    return { kind: "text", text: decoded(text.slice(at, end)), end };
  }
  if (text.startsWith("<![CDATA[", at)) {
    const end = text.indexOf("]]>", at);
    if (end === -1) return { kind: "junk", error: "a CDATA section is never closed", end: at };
    return { kind: "text", text: text.slice(at + "<![CDATA[".length, end), end: end + 3 };
  }
  if (text.startsWith("<!--", at)) return skipped(text, at, "-->");
  if (text.startsWith("<?", at)) return skipped(text, at, "?>");
  if (text.startsWith("<!", at)) {
    return { kind: "junk", error: "document types and declarations are not read", end: at };
  }
  return tagAt(text, at);
}

function skipped(text: string, at: number, closing: string): Token {
  const end = text.indexOf(closing, at + 2);
  if (end === -1) return { kind: "junk", error: `something that should end in \`${closing}\` does not end`, end: at };
  return { kind: "skip", end: end + closing.length };
}

const NAME = /[A-Za-z_:][\w:.-]{0,200}/y;
/** The quoted value stands in the second or third group; blanks before it are taken one way only, so that nothing is tried twice. */
const ATTRIBUTE = /\s+([A-Za-z_:][\w:.-]{0,200})\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/y;
const TAG_END = /\s*(\/?)>/y;

function tagAt(text: string, at: number): Token {
  const isEnd = text[at + 1] === "/";
  const name = matchAt(NAME, text, at + (isEnd ? 2 : 1))?.[0];
  if (name === undefined) return { kind: "junk", error: "`<` does not begin an element", end: at };
  let end = at + (isEnd ? 2 : 1) + name.length;
  const attributes = new Map<string, string>();
  for (
    let found = isEnd ? null : matchAt(ATTRIBUTE, text, end);
    found !== null;
    found = matchAt(ATTRIBUTE, text, end)
  ) {
    const [whole, key = "", double, single] = found;
    attributes.set(key, decoded(double ?? single ?? ""));
    end += whole.length;
  }
  const closing = matchAt(TAG_END, text, end);
  if (closing === null) return { kind: "junk", error: `\`<${isEnd ? "/" : ""}${name}\` has no proper end`, end: at };
  end += closing[0].length;
  if (isEnd) return { kind: "end", name, end };
  return { kind: "start", name, attributes, isEmpty: closing[1] === "/", end };
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** Unknown entities stay as they are written: a report is for people, and nothing hangs on them. */
function decoded(text: string): string {
  if (!text.includes("&")) return text;
  return text.replaceAll(/&(#x[0-9a-fA-F]{1,6}|#\d{1,7}|[a-z]{2,4});/g, (whole, name: string) => {
    if (!name.startsWith("#")) return ENTITIES[name] ?? whole;
    const code = name.startsWith("#x") ? Number.parseInt(name.slice(2), 16) : Number.parseInt(name.slice(1), 10);
    return code <= 0x10_ffff ? String.fromCodePoint(code) : whole;
  });
}

function lineAt(text: string, at: number): number {
  return text.slice(0, at).split("\n").length;
}

function indexOr(index: number, otherwise: number): number {
  return index === -1 ? otherwise : index;
}
