import { askMirror } from "./mirror.ts";
import { nulList } from "./rawPath.ts";
import type { RawPath } from "./rawPath.ts";
import type { Workspace } from "./workspace.ts";

/**
 * Which of these untracked paths the `.gitignore` files of the work tree ignore.
 *
 * Git opens the `.gitignore` of every folder above a path: the caller has made sure that they are plain files.
 */
export async function ignoredPaths(workspace: Workspace, paths: readonly RawPath[]): Promise<ReadonlySet<RawPath>> {
  const answer = await askMirror(workspace.mirror, {
    doing: "Reading ignore rules",
    args: ["check-ignore", "-z", "--stdin", "--no-index"],
    workTree: workspace.workTree,
    // This command alone refuses literal paths; `./` keeps a name from being read as an instruction instead.
    env: { GIT_LITERAL_PATHSPECS: "0" },
    input: nulList(paths.map((path) => `./${path}`)),
    answers: [0, 1],
  });
  const ignored = answer.stdout.toString("latin1").split("\0");
  return new Set(ignored.map((path) => path.replace(/^\.\//, "")));
}
