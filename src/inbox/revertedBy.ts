import type { Sha } from "../domain/ids.ts";

/** What a commit says it takes back: commits, and pull requests of its repository. */
interface Reverted {
  readonly by: Sha;
  readonly commits: readonly Sha[];
  readonly pulls: readonly number[];
}

/** A push may bring 2048 commits, each with a message of any length. */
const MAX_MESSAGE = 10_000;
const MAX_REVERTS = 50;

const COMMIT = /^This reverts commit ([0-9a-f]{40})\b/gm;
const PULL = /^Reverts (?:([\w.-]+\/[\w.-]+))?#(\d{1,9})\b/gm;

/** The reverts among pushed commits, by what `git revert` and GitHub's button write into messages. */
export function revertedBy(
  commits: readonly { readonly id: Sha; readonly message: string }[],
  repository: string,
): readonly Reverted[] {
  return commits
    .map(({ id, message }) => readMessage(id, { message: message.slice(0, MAX_MESSAGE), repository }))
    .filter((reverted) => reverted.commits.length + reverted.pulls.length > 0)
    .slice(0, MAX_REVERTS);
}

function readMessage(
  by: Sha,
  { message, repository }: { readonly message: string; readonly repository: string },
): Reverted {
  const own = (name: string | undefined): boolean =>
    name === undefined || name.toLowerCase() === repository.toLowerCase();
  return {
    by,
    commits: Array.from(message.matchAll(COMMIT), ([, sha = ""]) => sha as Sha).slice(0, MAX_REVERTS),
    pulls: Array.from(message.matchAll(PULL)).flatMap(([, name, number]) => (own(name) ? [Number(number)] : [])),
  };
}
