import type { Change } from "../../domain/change.ts";
import type { RawPath } from "./rawPath.ts";

/** One line of `diff-index --raw` joined with its line of `--numstat`. */
export interface Difference {
  readonly path: RawPath;
  readonly status: Change["status"];
  readonly kind: Change["kind"];
  readonly binary: boolean;
  readonly linesAdded: number;
  readonly linesDeleted: number;
}

type Raw = Pick<Difference, "path" | "status" | "kind">;
type Numbers = Pick<Difference, "binary" | "linesAdded" | "linesDeleted">;

/** Parses `git diff-index --raw --numstat -z`: first all raw records, then all counts. */
export function parseDifferences(output: Buffer): readonly Difference[] {
  const tokens = output.toString("latin1").split("\0");
  const raws: Raw[] = [];
  const numbers = new Map<RawPath, Numbers>();
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at] ?? "";
    if (token.startsWith(":")) {
      at += 1;
      raws.push(parseRaw(token, tokens[at] ?? ""));
    } else if (token !== "") {
      const [added = "", deleted = "", ...path] = token.split("\t");
      numbers.set(path.join("\t"), parseNumbers(added, deleted));
    }
  }
  return raws.map((raw) => ({ ...raw, ...(numbers.get(raw.path) ?? parseNumbers("0", "0")) }));
}

/** `:<old mode> <new mode> <old id> <new id> <letter>`. */
function parseRaw(token: string, path: RawPath): Raw {
  const [oldMode = "", newMode = "", , , letter = ""] = token.slice(1).split(" ");
  const status = letter === "A" ? "added" : letter === "D" ? "deleted" : "modified";
  return { path, status, kind: kindOf(status === "deleted" ? oldMode : newMode) };
}

function kindOf(mode: string): Change["kind"] {
  switch (mode) {
    case "100644":
      return "file";
    case "100755":
      return "executable";
    case "120000":
      return "symlink";
    case "160000":
      return "submodule";
    default:
      return "other";
  }
}

/** Git counts no lines of binary files and prints `-`. */
function parseNumbers(added: string, deleted: string): Numbers {
  const binary = added === "-";
  return { binary, linesAdded: binary ? 0 : Number(added), linesDeleted: binary ? 0 : Number(deleted) };
}
