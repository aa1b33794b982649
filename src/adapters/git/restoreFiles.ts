import { lstatSync, unlinkSync } from "node:fs";
import type { Sha, TreeId } from "../../domain/ids.ts";
import type { RestoreOrder } from "../../ports/git.ts";
import { askMirror } from "./mirror.ts";
import { nulList, onDisk, shown } from "./rawPath.ts";
import type { RawPath } from "./rawPath.ts";
import type { Workspace } from "./workspace.ts";

/** A file as trees know it: `<mode> <blob>`. */
type Version = string;

/** A file that was laid out as another commit has it. Null: it is not there. */
export interface RestoredFile {
  readonly path: RawPath;
  readonly laidOut: Version | null;
  /** What the checkout's own commit has. */
  readonly committed: Version | null;
}

const DIFFERENCES = ["diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-abbrev", "--end-of-options"];
const GONE = "0".repeat(6);
const NO_BLOB = "0".repeat(40);

/**
 * Brings files of a fresh work tree to how `from` has them, and gives those that the checkout's commit has otherwise.
 *
 * `tree` is what lies there. A file is left out where its folder is none: there is nothing to be read at its place.
 */
export async function restoreFiles(
  workspace: Workspace,
  { tree, from, globs }: RestoreOrder & { readonly tree: Sha | TreeId },
): Promise<readonly RestoredFile[]> {
  const differing = await differences(workspace, { tree, from, globs });
  const committed =
    tree === workspace.commit ? differing : await differences(workspace, { tree: workspace.commit, from, globs });
  if (differing.length > 0) await layOut(workspace, differing);
  return committed.map(({ path, before, after }) => ({ path, laidOut: after, committed: before }));
}

/**
 * Has a reading's index say of restored files that nobody touched what the commit says of them. They are known by their
 * content: times say nothing of files that were written in the same moment as the index.
 */
export async function leaveRestored(workspace: Workspace): Promise<void> {
  const { restored, mirror } = workspace;
  if (restored.length === 0) return;
  const index = { indexFile: workspace.readIndex, objectsDir: workspace.objects };
  const { stdout } = await askMirror(mirror, {
    ...index,
    doing: "Reading restored files",
    args: ["ls-files", "--stage", "-z", "--", ...restored.map(({ path }) => shown(path))],
  });
  const staged = new Map(
    stdout
      .toString("latin1")
      .split("\0")
      .filter((line) => line !== "")
      .map(entryOf),
  );
  const untouched = restored.filter(({ path, laidOut }) => (staged.get(path) ?? null) === laidOut);
  await indexInfo(
    workspace,
    workspace.readIndex,
    untouched.map(({ path, committed }) => ({ path, version: committed })),
  );
}

/** `<mode> <blob> <stage>\t<path>`. */
function entryOf(line: string): readonly [RawPath, Version] {
  const tab = line.indexOf("\t");
  const [mode = "", blob = ""] = line.slice(0, tab).split(" ");
  return [line.slice(tab + 1), `${mode} ${blob}`];
}

interface Differing {
  readonly path: RawPath;
  readonly before: Version | null;
  readonly after: Version | null;
}

async function differences(
  { mirror }: Workspace,
  { tree, from, globs }: RestoreOrder & { readonly tree: Sha | TreeId },
): Promise<readonly Differing[]> {
  const { stdout } = await askMirror(mirror, {
    doing: "Looking for files to restore",
    args: [...DIFFERENCES, tree, from, "--", ...globs.map((glob) => `:(glob,icase)${glob}`)],
    env: { GIT_LITERAL_PATHSPECS: "0" },
  });
  const tokens = stdout.toString("latin1").split("\0");
  const found: Differing[] = [];
  for (let at = 0; at + 1 < tokens.length; at += 2) {
    const [oldMode = "", newMode = "", oldBlob = "", newBlob = ""] = (tokens[at] ?? "").slice(1).split(" ");
    found.push({ path: tokens[at + 1] ?? "", before: version(oldMode, oldBlob), after: version(newMode, newBlob) });
  }
  return found;
}

function version(mode: string, blob: string): Version | null {
  return mode === GONE ? null : `${mode} ${blob}`;
}

/** What goes first, because a link may go where a folder comes. */
async function layOut(workspace: Workspace, differing: readonly Differing[]): Promise<void> {
  const { workTree, mirror } = workspace;
  for (const { path, before } of differing) {
    if (before !== null && isReachable(workTree, path)) remove(onDisk(workTree, path));
  }
  const written = differing.filter(({ path, after }) => after !== null && isReachable(workTree, path));
  if (written.length === 0) return;
  const indexFile = `${workspace.readIndex}.restored`;
  await indexInfo(
    workspace,
    indexFile,
    written.map(({ path, after }) => ({ path, version: after })),
  );
  await askMirror(mirror, {
    doing: "Restoring files",
    args: ["checkout-index", "--force", "--all"],
    workTree,
    indexFile,
  });
}

/** Every folder above it that is there is a folder, and no link to one. */
function isReachable(root: string, path: RawPath): boolean {
  for (let end = path.indexOf("/"); end !== -1; end = path.indexOf("/", end + 1)) {
    const folder = lstatSync(onDisk(root, path.slice(0, end)), { throwIfNoEntry: false });
    if (folder === undefined) return true;
    if (!folder.isDirectory()) return false;
  }
  return true;
}

/** Submodules are empty folders in a work tree of ours, and nobody reads them. */
function remove(path: string | Buffer): void {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats !== undefined && !stats.isDirectory()) unlinkSync(path);
}

async function indexInfo(
  { mirror }: Workspace,
  indexFile: string,
  entries: readonly { readonly path: RawPath; readonly version: Version | null }[],
): Promise<void> {
  if (entries.length === 0) return;
  const lines = entries.map(({ path, version: of }) => `${of ?? `0 ${NO_BLOB}`}\t${path}`);
  await askMirror(mirror, {
    doing: "Noting restored files",
    args: ["update-index", "--add", "-z", "--index-info"],
    indexFile,
    input: nulList(lines),
  });
}
