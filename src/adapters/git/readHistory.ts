import type { Sha, TreeId } from "../../domain/ids.ts";
import { pathProblem } from "../../domain/judgeChanges.ts";
import { branchRef } from "./names.ts";
import { askMirror, word } from "./mirror.ts";
import type { Mirror } from "./mirror.ts";

const MAX_TEXT_BYTES = 1024 * 1024;

export async function tipOf(mirror: Mirror, branch: string): Promise<Sha | null> {
  const args = ["for-each-ref", "--format=%(refname) %(objectname)", branchRef(branch)];
  const answer = await askMirror(mirror, { doing: `Looking up ${branch}`, args });
  return refIn(answer.stdout.toString("utf8"), branchRef(branch));
}

/** The id beside a ref's exact name: git also lists refs that merely contain it. */
function refIn(lines: string, ref: string): Sha | null {
  const line = lines.split("\n").find((candidate) => candidate.startsWith(`${ref} `));
  return line === undefined ? null : (line.slice(ref.length + 1) as Sha);
}

export async function treeOfCommit(mirror: Mirror, sha: Sha): Promise<TreeId> {
  const args = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${sha}^{tree}`];
  const answer = await askMirror(mirror, { doing: `Reading commit ${sha}`, args });
  return word(answer) as TreeId;
}

export async function isAncestorOf(mirror: Mirror, ancestor: Sha, of: Sha): Promise<boolean> {
  const args = ["merge-base", "--is-ancestor", ancestor, of];
  const answer = await askMirror(mirror, { doing: "Comparing histories", args, answers: [0, 1] });
  return answer.code === 0;
}

export async function countBetween(mirror: Mirror, from: Sha, to: Sha): Promise<number> {
  const args = ["rev-list", "--count", "--end-of-options", `${from}..${to}`];
  return Number(word(await askMirror(mirror, { doing: "Counting commits", args })));
}

/** A difference for people; cut at a line's end, and then saying so. */
export async function diffText(
  mirror: Mirror,
  { from, to, maxBytes }: { readonly from: Sha; readonly to: TreeId; readonly maxBytes: number },
): Promise<string> {
  const args = ["diff-tree", "-p", "-r", "-M", "--full-index", "--end-of-options", from, to];
  const answer = await askMirror(mirror, { doing: "Comparing trees", args, maxBytes: maxBytes + 1 });
  if (answer.stdout.length <= maxBytes) return answer.stdout.toString("utf8");
  const text = answer.stdout.subarray(0, maxBytes);
  const end = text.lastIndexOf("\n") + 1;
  return `${text.subarray(0, end).toString("utf8")}[cut: the difference is longer than ${maxBytes} bytes]\n`;
}

/** Of a change large enough to have more, the first ones in order of path. */
const MAX_CHANGED_PATHS = 3000;

/** Compared is what `to` has done since it left `from`. Old and new name of a moved file are both there. */
export async function changedPathsBetween(mirror: Mirror, from: Sha, to: Sha): Promise<readonly string[]> {
  const args = ["diff-tree", "-r", "-z", "--no-renames", "--name-only", "--merge-base", "--end-of-options", from, to];
  const answer = await askMirror(mirror, { doing: "Listing changed files", args });
  return answer.stdout.toString("utf8").split("\0").slice(0, -1).slice(0, MAX_CHANGED_PATHS);
}

interface TreeEntry {
  readonly mode: string;
  readonly id: string;
  readonly path: string;
}

/** Null unless `path` is a plain file of at most 1 MiB. Symlinks are not followed. */
export async function readTextFile(mirror: Mirror, sha: Sha | TreeId, path: string): Promise<string | null> {
  if (pathProblem(path) !== null) return null;
  const [entry] = await listTree(mirror, [sha, "--", path]);
  if (entry === undefined || entry.path !== path || !isFile(entry)) return null;
  const answer = await askMirror(mirror, {
    doing: `Reading ${path}`,
    args: ["cat-file", "blob", entry.id],
    maxBytes: MAX_TEXT_BYTES + 1,
  });
  return answer.stdout.length > MAX_TEXT_BYTES ? null : answer.stdout.toString("utf8");
}

/** Paths of plain files, symlinks left out. `under` is a folder, or "" for all. */
export async function listFilesUnder(mirror: Mirror, sha: Sha, under: string): Promise<readonly string[]> {
  const folder = under.replace(/\/+$/, "");
  if (folder !== "" && pathProblem(folder) !== null) return [];
  const entries = await listTree(mirror, ["-r", sha, "--", ...(folder === "" ? [] : [`${folder}/`])]);
  return entries.filter(isFile).map(({ path }) => path);
}

async function listTree(mirror: Mirror, args: readonly string[]): Promise<readonly TreeEntry[]> {
  const answer = await askMirror(mirror, { doing: "Listing files", args: ["ls-tree", "-z", "--full-tree", ...args] });
  const records = answer.stdout.toString("utf8").split("\0");
  return records.slice(0, -1).map((record) => {
    const tab = record.indexOf("\t");
    const [mode = "", , id = ""] = record.slice(0, tab).split(" ");
    return { mode, id, path: record.slice(tab + 1) };
  });
}

function isFile({ mode }: TreeEntry): boolean {
  return mode === "100644" || mode === "100755";
}
