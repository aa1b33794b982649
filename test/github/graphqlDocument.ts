/** A value as written in a GraphQL document, variables already filled in. */
export type GraphqlValue =
  string | number | boolean | null | readonly GraphqlValue[] | { readonly [key: string]: GraphqlValue };

export interface GraphqlField {
  /** The key of the answer: the alias, or the name. */
  readonly key: string;
  readonly name: string;
  readonly arguments: { readonly [key: string]: GraphqlValue };
  /** Fields of inline fragments are lifted into the selection that holds them. */
  readonly selection: readonly GraphqlField[];
}

export interface GraphqlOperation {
  readonly kind: "query" | "mutation";
  readonly fields: readonly GraphqlField[];
}

/** A document this reader cannot read; the message says where. */
export class GraphqlSyntaxError extends Error {
  override readonly name = "GraphqlSyntaxError";
}

const token =
  /[\s,\uFEFF]+|#[^\n\r]*|(\.\.\.|[{}()[\]:=!$@|&]|"""(?:[^\\]|\\(?!"""))*?"""|"(?:[^"\\\n\r]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|[A-Za-z_]\w*)/y;

function tokenize(source: string): readonly string[] {
  const tokens: string[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < source.length) {
    const at = token.lastIndex;
    const match = token.exec(source);
    if (match === null) throw new GraphqlSyntaxError(`Unexpected character at ${at}: ${source.slice(at, at + 10)}`);
    if (match[1] !== undefined) tokens.push(match[1]);
  }
  return tokens;
}

/**
 * Reads one operation: fields, aliases, arguments, variables with defaults, nested selections, inline fragments. No
 * named fragments, no directives and no schema: unknown fields are for the executor to refuse.
 *
 * @throws GraphqlSyntaxError
 */
export function parseGraphql(source: string, variables: { readonly [key: string]: GraphqlValue }): GraphqlOperation {
  const tokens = tokenize(source);
  const known = new Map(Object.entries(variables));
  let at = 0;

  const peek = (): string => tokens[at] ?? "";
  function take(): string {
    const taken = tokens[at];
    if (taken === undefined) throw new GraphqlSyntaxError("Unexpected end of document");
    at += 1;
    return taken;
  }
  function expect(wanted: string): void {
    const taken = take();
    if (taken !== wanted) throw new GraphqlSyntaxError(`Expected ${wanted}, found ${taken} (token ${at})`);
  }
  function name(): string {
    const taken = take();
    if (!/^[A-Za-z_]/.test(taken)) throw new GraphqlSyntaxError(`Expected a name, found ${taken} (token ${at})`);
    return taken;
  }

  function value(): GraphqlValue {
    const first = take();
    if (first === "$") return variable();
    if (first === "[") return many("]", value);
    if (first === "{") return Object.fromEntries(many("}", pair));
    if (first.startsWith('"""')) return blockString(first.slice(3, -3));
    if (first.startsWith('"')) return text(first);
    if (/^-?\d/.test(first)) return Number(first);
    const words = new Map<string, GraphqlValue>([
      ["true", true],
      ["false", false],
      ["null", null],
    ]);
    // Whatever else is a name is an enum value.
    return words.has(first) ? (words.get(first) ?? null) : first;
  }
  function variable(): GraphqlValue {
    const key = name();
    const given = known.get(key);
    if (given === undefined) throw new GraphqlSyntaxError(`Variable $${key} was not provided`);
    return given;
  }
  function pair(): readonly [string, GraphqlValue] {
    const key = name();
    expect(":");
    return [key, value()];
  }
  function many<T>(end: string, read: () => T): T[] {
    const items: T[] = [];
    while (peek() !== end) items.push(read());
    take();
    return items;
  }
  function type(): void {
    if (peek() === "[") {
      take();
      type();
      expect("]");
    } else name();
    if (peek() === "!") take();
  }
  function declaration(): void {
    expect("$");
    const key = name();
    expect(":");
    type();
    if (peek() !== "=") {
      // A nullable variable that was not given is null.
      if (!known.has(key) && tokens[at - 1] !== "!") known.set(key, null);
      return;
    }
    take();
    const fallback = value();
    if (!known.has(key)) known.set(key, fallback);
  }
  function fields(): readonly GraphqlField[] {
    expect("{");
    return many("}", field).flat();
  }
  function field(): readonly GraphqlField[] {
    if (peek() === "...") {
      take();
      expect("on");
      name();
      return fields();
    }
    const first = name();
    const aliased = peek() === ":";
    if (aliased) take();
    const real = aliased ? name() : first;
    const hasArguments = peek() === "(";
    if (hasArguments) take();
    const given = hasArguments ? Object.fromEntries(many(")", pair)) : {};
    return [{ key: first, name: real, arguments: given, selection: peek() === "{" ? fields() : [] }];
  }

  let kind: GraphqlOperation["kind"] = "query";
  if (peek() !== "{") {
    const word = name();
    if (word !== "query" && word !== "mutation") throw new GraphqlSyntaxError(`Cannot read a ${word}`);
    kind = word;
    if (/^[A-Za-z_]/.test(peek())) take();
    if (peek() === "(") {
      take();
      many(")", declaration);
    }
  }
  const operation = { kind, fields: fields() };
  if (at < tokens.length) throw new GraphqlSyntaxError(`One operation a document, found more: ${peek()}`);
  return operation;
}

function text(quoted: string): string {
  try {
    return String(JSON.parse(quoted));
  } catch (error) {
    throw new GraphqlSyntaxError(`Bad string ${quoted}`, { cause: error });
  }
}

/** Common indentation and blank first and last lines go, as the specification has it. */
function blockString(raw: string): string {
  const lines = raw.replaceAll(String.raw`\"""`, '"""').split(/\r\n|\n|\r/);
  const indents = lines
    .slice(1)
    .filter((line) => line.trim() !== "")
    .map((line) => line.length - line.trimStart().length);
  const indent = indents.length === 0 ? 0 : Math.min(...indents);
  const cut = lines.map((line, index) => (index === 0 ? line : line.slice(indent)));
  while (cut[0]?.trim() === "") cut.shift();
  while (cut.at(-1)?.trim() === "") cut.pop();
  return cut.join("\n");
}
