import type { Sha, TreeId } from "../../domain/ids.ts";
import { askMirror, word } from "./mirror.ts";
import type { Mirror } from "./mirror.ts";

/** A longer difference has no id: nobody would call it the undoing of another. */
const MAX_DIFF_BYTES = 32 * 1024 * 1024;

/** Ids by content of what a change does, and of what undoing it does. */
export async function patchIdsOf(
  mirror: Mirror,
  from: Sha,
  to: TreeId,
): Promise<{ readonly forward: string; readonly inverse: string }> {
  const [forward, inverse] = await Promise.all([patchId(mirror, from, to), patchId(mirror, to, from)]);
  return { forward, inverse };
}

async function patchId(mirror: Mirror, from: string, to: string): Promise<string> {
  const doing = "Comparing changes";
  const args = ["diff-tree", "-p", "-r", "--no-renames", "--full-index", "--end-of-options", from, to];
  const { stdout } = await askMirror(mirror, { doing, args, maxBytes: MAX_DIFF_BYTES + 1 });
  if (stdout.length === 0 || stdout.length > MAX_DIFF_BYTES) return "";
  const answer = await askMirror(mirror, { doing, args: ["patch-id", "--stable"], input: stdout });
  return word(answer).split(" ", 1)[0] ?? "";
}
