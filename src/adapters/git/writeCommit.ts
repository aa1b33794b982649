import type { Sha, TreeId } from "../../domain/ids.ts";
import type { GitAuthor } from "./agentRepository.ts";
import { askMirror, word } from "./mirror.ts";
import type { Mirror } from "./mirror.ts";

export interface NewCommit {
  readonly tree: TreeId;
  readonly parent: Sha;
  readonly message: string;
  /** ISO time; git keeps whole seconds. */
  readonly at: string;
  readonly author: GitAuthor;
}

/** Writes a commit whose every byte is given by the arguments, so that the same arguments give the same SHA. */
export async function writeCommit(mirror: Mirror, commit: NewCommit): Promise<Sha> {
  const { name, email } = commit.author;
  const date = `@${secondsOf(commit.at)} +0000`;
  const answer = await askMirror(mirror, {
    doing: "Writing a commit",
    args: ["commit-tree", "-p", commit.parent, "-F", "-", commit.tree],
    input: commit.message,
    env: {
      GIT_AUTHOR_NAME: name,
      GIT_AUTHOR_EMAIL: email,
      GIT_AUTHOR_DATE: date,
      GIT_COMMITTER_NAME: name,
      GIT_COMMITTER_EMAIL: email,
      GIT_COMMITTER_DATE: date,
    },
  });
  return word(answer) as Sha;
}

function secondsOf(at: string): number {
  const seconds = Math.floor(Date.parse(at) / 1000);
  if (Number.isNaN(seconds)) throw new Error(`Writing a commit: ${JSON.stringify(at)} is not an ISO time.`);
  return seconds;
}
