import type { Sha } from "../../domain/ids.ts";
import type { GitAuthor } from "./agentRepository.ts";
import type { Mirror } from "./mirror.ts";
import type { RestoredFile } from "./restoreFiles.ts";

/** Where the parts of one checkout lie. All but the work tree is out of an agent's reach. */
export interface Workspace {
  readonly mirror: Mirror;
  readonly commit: Sha;
  readonly author: GitAuthor;
  readonly workTree: string;
  /** The index at `commit`, with file times as checked out. Never changed. */
  readonly pristineIndex: string;
  /** A copy brought up to what lies in the work tree. */
  readonly readIndex: string;
  /** Objects of a reading, until it is captured. */
  readonly objects: string;
  /** Files laid out as another commit has them. */
  readonly restored: readonly RestoredFile[];
}

export function workspaceAt(folder: string, of: Pick<Workspace, "mirror" | "commit" | "author">): Workspace {
  return {
    ...of,
    workTree: `${folder}/tree`,
    pristineIndex: `${folder}/pristine.index`,
    readIndex: `${folder}/read.index`,
    objects: `${folder}/objects`,
    restored: [],
  };
}
