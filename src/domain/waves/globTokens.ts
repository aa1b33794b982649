/** A part of a glob. Read so that it takes at least what the matcher of plans and configurations takes, never less. */
export type GlobToken =
  | { readonly kind: "text"; readonly text: string }
  /** `?`: one character of a name. */
  | { readonly kind: "one" }
  /** `*`: any characters of a name. */
  | { readonly kind: "star" }
  /** `**`: any folders and names. `slash`: with the `/` behind it, so that it may also stand for nothing. */
  | { readonly kind: "tree"; readonly slash: boolean }
  /** `[a-z]`; negated, it still leaves out `/`. */
  | { readonly kind: "set"; readonly codes: ReadonlySet<number>; readonly negated: boolean }
  /** `{a,b}` */
  | { readonly kind: "choice"; readonly options: readonly (readonly GlobToken[])[] }
  /** Syntax that is not read here: whatever may follow. Always the last. */
  | { readonly kind: "rest" };

interface Read {
  readonly token: GlobToken;
  readonly length: number;
}

const REST: GlobToken = { kind: "rest" };
const EXTGLOB = /^[@?*+!]\(/;
/** A folder as routers name them, `(group)`: to the matcher, a group that stands for its content. */
const PLAIN_GROUP = /^\(([\w-]+)\)(?![?+*])/;
const SPECIAL = /[*?[\](){}"\\|]|^!|^\.\//;

/** Whether a normalised path has nothing in it that a glob would read otherwise. */
export function isLiteral(text: string): boolean {
  return !SPECIAL.test(text);
}

/** Reads a glob. Negation, extended globs, quotes, escapes and ranges are read as "anything from here on". */
export function readGlob(glob: string): readonly GlobToken[] {
  return isForeign(glob) ? [REST] : readSequence(glob);
}

/**
 * Nothing in front of it can be relied on either: `!` turns the glob round, a `|` outside of parentheses splits it, and behind
 * repeated groups, `***`, ranges in braces and named classes the matcher reads even a `.` as any character.
 */
function isForeign(glob: string): boolean {
  if (/^(?:!|\.\/)|[+*]\(|\*{3}|\[:|\0/.test(glob)) return true;
  if (glob.includes("{") && glob.includes("..")) return true;
  return glob.replaceAll(/\([^()]*\)/g, "").includes("|");
}

function readSequence(glob: string): readonly GlobToken[] {
  const tokens: GlobToken[] = [];
  for (let at = 0; at < glob.length;) {
    const { token, length } = readToken(glob, at);
    tokens.push(token);
    if (token.kind === "rest") return tokens;
    at += length;
  }
  return tokens;
}

function readToken(glob: string, at: number): Read {
  const ahead = glob.slice(at, at + 2);
  const [char = ""] = ahead;
  if (EXTGLOB.test(ahead)) return { token: REST, length: 1 };
  switch (char) {
    case "*":
      return readStars(glob, at);
    case "?":
      return { token: { kind: "one" }, length: 1 };
    case "[":
      return readSet(glob, at);
    case "{":
      return readBraces(glob, at);
    case "(":
      return readGroup(glob.slice(at));
    case ")":
    case '"':
    case "\\":
      return { token: REST, length: 1 };
    case "+":
      // Behind a set or a choice it repeats that, as in a regular expression.
      return /[\]}]/.test(glob[at - 1] ?? "") ? { token: REST, length: 1 } : readText(char);
    default:
      return readText(char);
  }
}

function readText(value: string): Read {
  return { token: { kind: "text", text: value }, length: value.length };
}

function readStars(glob: string, at: number): Read {
  let end = at;
  while (glob[end] === "*") end += 1;
  // The last star of a run may open an extended glob.
  if (glob[end] === "(") return { token: REST, length: 1 };
  if (end - at === 1) return { token: { kind: "star" }, length: 1 };
  const slash = glob[end] === "/";
  return { token: { kind: "tree", slash }, length: end - at + (slash ? 1 : 0) };
}

function readSet(glob: string, at: number): Read {
  const close = glob.indexOf("]", at + 1);
  if (close === -1) return readText("[");
  const [, caret, members = ""] = /^(\^?)([\w.[-]+)$/.exec(glob.slice(at + 1, close)) ?? [];
  const codes = members === "" ? null : setOf(members);
  if (codes === null) return { token: REST, length: 1 };
  // The matcher takes `[id]` for a folder of that name as well.
  const itself: GlobToken = { kind: "text", text: glob.slice(at, close + 1) };
  const options: readonly GlobToken[][] = [[{ kind: "set", codes, negated: caret === "^" }], [itself]];
  return { token: { kind: "choice", options }, length: close - at + 1 };
}

/** The characters of `a-z0_`; null for ranges that are not within digits, or letters of one case. */
function setOf(members: string): ReadonlySet<number> | null {
  const codes = new Set<number>();
  const ranges = members.replaceAll(/([0-9])-([0-9])|([a-z])-([a-z])|([A-Z])-([A-Z])/g, (range) => {
    for (let code = range.charCodeAt(0); code <= range.charCodeAt(2); code += 1) codes.add(code);
    return "";
  });
  if (ranges.includes("-")) return null;
  for (let index = 0; index < ranges.length; index += 1) codes.add(ranges.charCodeAt(index));
  return codes.size === 0 ? null : codes;
}

function readGroup(ahead: string): Read {
  const [whole, content] = PLAIN_GROUP.exec(ahead) ?? [];
  if (whole === undefined || content === undefined) return { token: REST, length: 1 };
  return { token: { kind: "text", text: content }, length: whole.length };
}

function readBraces(glob: string, at: number): Read {
  const parts = splitBraces(glob, at);
  if (parts === null) return { token: REST, length: 1 };
  const length = parts.join(",").length + 2;
  const [only = ""] = parts;
  // Without a comma the braces stand for themselves.
  if (parts.length === 1) return /^[\w-]*$/.test(only) ? readText(`{${only}}`) : { token: REST, length: 1 };
  const options = parts.map(readSequence);
  const isUnread = options.some((option) => option.at(-1)?.kind === "rest");
  return isUnread ? { token: REST, length: 1 } : { token: { kind: "choice", options }, length };
}

/** What stands between the commas of the braces that open at `at`; null where they do not close, or hold a range. */
function splitBraces(glob: string, at: number): readonly string[] | null {
  const parts: string[] = [];
  let depth = 0;
  let from = at + 1;
  for (let index = at; index < glob.length; index += 1) {
    const char = glob[index] ?? "";
    if (/["\\[\]()]/.test(char) || glob.startsWith("..", index)) return null;
    if (char === "{") depth += 1;
    if (char === "}") depth -= 1;
    if ((char === "," && depth === 1) || depth === 0) {
      parts.push(glob.slice(from, index));
      from = index + 1;
    }
    if (depth === 0) return parts;
  }
  return null;
}
