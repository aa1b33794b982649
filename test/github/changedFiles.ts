import { mergeBase } from "./commits.ts";
import { git } from "./git.ts";
import { fullName } from "./repository.ts";
import type { Repository } from "./repository.ts";
import type { World } from "./world.ts";

export interface ChangedFile {
  readonly path: string;
  readonly previousPath: string | undefined;
  readonly status: "added" | "removed" | "modified" | "renamed" | "changed";
  readonly blob: string;
  readonly additions: number;
  readonly deletions: number;
  readonly patch: string | undefined;
}

const emptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

/** The files that differ between two commits (from nothing, when `from` is undefined), with renames found. */
export async function changedFiles(
  directory: string,
  from: string | undefined,
  to: string,
): Promise<readonly ChangedFile[]> {
  return diff(directory, [from ?? emptyTree, to]);
}

/** What `to` has changed since it left `from`: GitHub's three dots. */
export async function changedSince(directory: string, from: string, to: string): Promise<readonly ChangedFile[]> {
  const ancestor = await mergeBase(directory, from, to);
  // Without common history (a branch force-pushed to something else) there is nothing it could have left from.
  return diff(directory, [ancestor ?? from, to]);
}

/** One `git diff` that prints raw entries, then counts, then patches; all three name the same files in the same order. */
async function diff(directory: string, ends: readonly string[]): Promise<readonly ChangedFile[]> {
  const options = ["-M", "--raw", "--numstat", "-p", "-z", "--abbrev=40", "--no-color", "--no-ext-diff"];
  const output = await git(directory, ["diff", ...options, ...ends]);
  const patchesAt = output.indexOf("\0\0diff --git ");
  const lists = patchesAt === -1 ? output : output.slice(0, patchesAt);
  const patches = patchesAt === -1 ? [] : output.slice(patchesAt + 2).split(/^(?=diff --git )/m);
  const parts = lists.split("\0");
  const raw = parseRaw(parts);
  const numbers = parseCounts(parts.slice(raw.used));
  return raw.files.map((file, index) => {
    const patch = patches[index] ?? "";
    const hunk = patch.indexOf("\n@@");
    return {
      ...file,
      additions: numbers[index]?.additions ?? 0,
      deletions: numbers[index]?.deletions ?? 0,
      patch: hunk === -1 ? undefined : patch.slice(hunk + 1).trimEnd(),
    };
  });
}

const statuses: Readonly<Record<string, ChangedFile["status"]>> = {
  A: "added",
  D: "removed",
  M: "modified",
  R: "renamed",
  T: "changed",
};

type RawFile = Pick<ChangedFile, "path" | "previousPath" | "status" | "blob">;

/** `:100644 100644 <sha> <sha> M\0path\0`, and two paths after an `R`. */
function parseRaw(parts: readonly string[]): { readonly files: readonly RawFile[]; readonly used: number } {
  const files: RawFile[] = [];
  let at = 0;
  while (parts[at]?.startsWith(":") === true) {
    const [, , before = "", after = "", letter = ""] = (parts[at] ?? "").split(" ");
    const status = statuses[letter.charAt(0)] ?? "changed";
    const renamed = status === "renamed";
    const first = parts[at + 1] ?? "";
    files.push({
      status,
      path: renamed ? (parts[at + 2] ?? "") : first,
      previousPath: renamed ? first : undefined,
      blob: status === "removed" ? before : after,
    });
    at += renamed ? 3 : 2;
  }
  return { files, used: at };
}

/** `1\t2\tpath\0`, or `1\t2\t\0old\0new\0` for a rename; `-` for binary files. */
function parseCounts(parts: readonly string[]): readonly { readonly additions: number; readonly deletions: number }[] {
  return parts
    .map((part) => /^(\d+|-)\t(\d+|-)\t/.exec(part))
    .filter((match) => match !== null)
    .map(([, added, deleted]) => ({ additions: Number(added) || 0, deletions: Number(deleted) || 0 }));
}

/** A file as pull requests, commits and comparisons show it. */
export function changedFileJson(
  world: World,
  place: { readonly repository: Repository; readonly sha: string },
  file: ChangedFile,
) {
  const full = fullName(place.repository);
  const path = file.path.split("/").map(encodeURIComponent).join("/");
  return {
    sha: file.blob,
    filename: file.path,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: `${world.origin}/${full}/blob/${place.sha}/${path}`,
    raw_url: `${world.origin}/${full}/raw/${place.sha}/${path}`,
    contents_url: `${world.origin}/api/v3/repos/${full}/contents/${path}?ref=${place.sha}`,
    ...(file.patch === undefined ? {} : { patch: file.patch }),
    ...(file.previousPath === undefined ? {} : { previous_filename: file.previousPath }),
  };
}
