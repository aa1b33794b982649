/** A line that a change adds, where it stands afterwards. */
export interface AddedLine {
  readonly path: string;
  /** From 1. */
  readonly line: number;
  readonly text: string;
}

export interface AddedLines {
  readonly lines: readonly AddedLine[];
  /** Changed files whose lines the difference does not show. */
  readonly binaries: readonly string[];
}

/** Reads the lines that a change adds out of its difference, as git prints it. */
export function addedLines(diff: string): AddedLines {
  const lines: AddedLine[] = [];
  const binaries: string[] = [];
  let path: string | null = null;
  let next = 0;
  /** Lines of the hunk that are still to come, before and after the change: only in a hunk is `+++` a line like any other. */
  let left = { before: 0, after: 0 };
  for (const line of diff.split("\n")) {
    if (left.before > 0 || left.after > 0) {
      const sign = line[0] ?? " ";
      if (sign === "+" && path !== null) lines.push({ path, line: next, text: line.slice(1) });
      if (sign === "\\") continue;
      if (sign !== "-") next += 1;
      left = { before: left.before - (sign === "+" ? 0 : 1), after: left.after - (sign === "-" ? 0 : 1) };
      continue;
    }
    const hunk = /^@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(line);
    if (hunk !== null) {
      next = Number(hunk[2]);
      left = { before: Number(hunk[1] ?? 1), after: Number(hunk[3] ?? 1) };
    } else if (line.startsWith("+++ ")) {
      path = unquotedPath(line.slice("+++ ".length), "b/");
    } else if (line.startsWith("Binary files ")) {
      binaries.push(/ and (.*) differ$/.exec(line)?.[1] ?? line);
    }
  }
  return { lines, binaries: binaries.map((name) => unquotedPath(name, "b/")).filter((name) => name !== null) };
}

/** A name as git prints it in a patch, without its `a/` or `b/`. Null for a file that is not there. Names with unusual characters are quoted as in C, byte by byte. */
export function unquotedPath(text: string, prefix: string): string | null {
  if (text === "/dev/null") return null;
  // Git ends names that hold blanks with a tab.
  const name = text.startsWith('"') ? unquoted(text) : text.replace(/\t$/, "");
  return name.startsWith(prefix) ? name.slice(prefix.length) : name;
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", a: "\u0007", b: "\b", f: "\f", v: "\v" };

function unquoted(text: string): string {
  const body = text.slice(1, text.lastIndexOf('"'));
  // The bytes of one character, as percent signs that can be decoded.
  const bytes = body.replaceAll(/(?:\\[0-7]{3})+/g, (run) =>
    decodedBytes(run.match(/[0-7]{3}/g)?.map((digits) => Number.parseInt(digits, 8)) ?? []),
  );
  return bytes.replaceAll(/\\([ntrabfv"\\])/g, (_, letter: string) => ESCAPES[letter] ?? letter);
}

function decodedBytes(bytes: readonly number[]): string {
  try {
    return decodeURIComponent(bytes.map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join(""));
  } catch {
    return "\uFFFD".repeat(bytes.length);
  }
}
