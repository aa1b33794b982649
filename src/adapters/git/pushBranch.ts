import type { Sha } from "../../domain/ids.ts";
import { remoteFailure } from "./gitFailure.ts";
import type { Mirror } from "./mirror.ts";
import { branchRef, ownBranchRef } from "./names.ts";
import { askRemote, demandRemote } from "./remote.ts";
import type { Remote } from "./remote.ts";

export type PushOutcome = { readonly kind: "moved" } | { readonly kind: "conflict"; readonly actual: Sha | null };

/** Where a pushed commit comes from, and where it goes. */
export interface PushPlaces {
  readonly mirror: Mirror;
  readonly remote: Remote;
  /** A folder to run in that no repository lies above. */
  readonly cwd: string;
}

/** The branch's tip, read from the remote itself. */
export async function readRemoteTip({ remote, cwd }: Omit<PushPlaces, "mirror">, branch: string): Promise<Sha | null> {
  const ref = branchRef(branch);
  const args = ["ls-remote", "--quiet", "--refs", "--end-of-options", remote.url, ref];
  const answer = await demandRemote(remote, `Reading ${branch} of ${remote.name}`, { args, cwd });
  // Git matches from the end, so a longer name that ends like this one is listed too.
  const line = answer.stdout
    .toString("utf8")
    .split("\n")
    .find((candidate) => candidate.endsWith(`\t${ref}`));
  return line === undefined ? null : (line.slice(0, 40) as Sha);
}

/**
 * Moves an `autonomous/` branch while the remote has it at `expected`, and believes only what the remote then shows.
 *
 * What git says of the push decides nothing unless the branch stayed where it was: an answer may get lost after the
 * effect, and an error may be the news of somebody else's push.
 */
export async function pushBranch(
  places: PushPlaces,
  to: { readonly branch: string; readonly sha: Sha; readonly expected: Sha | null },
): Promise<PushOutcome> {
  const ref = ownBranchRef(to.branch);
  const push = await pushRef(places, { ref, source: to.sha, expected: to.expected });
  const actual = await readRemoteTip(places, to.branch);
  if (actual === to.sha) return { kind: "moved" };
  if (actual === to.expected) throw remoteFailure(`Pushing ${to.branch} to ${places.remote.name}`, push.stderr);
  return { kind: "conflict", actual };
}

/** False when the branch has moved on and was therefore left alone. */
export async function deleteRemoteBranch(
  places: PushPlaces,
  { branch, expected }: { readonly branch: string; readonly expected: Sha },
): Promise<boolean> {
  const ref = ownBranchRef(branch);
  const before = await readRemoteTip(places, branch);
  if (before === null) return true;
  if (before !== expected) return false;
  const push = await pushRef(places, { ref, source: "", expected });
  const after = await readRemoteTip(places, branch);
  if (after === null) return true;
  if (after === expected) throw remoteFailure(`Deleting ${branch} of ${places.remote.name}`, push.stderr);
  return false;
}

async function pushRef(
  { mirror, remote, cwd }: PushPlaces,
  { ref, source, expected }: { readonly ref: string; readonly source: string; readonly expected: Sha | null },
): Promise<{ readonly code: number; readonly stderr: string }> {
  const answer = await askRemote(remote, {
    args: [
      "push",
      "--porcelain",
      "--no-verify",
      "--no-follow-tags",
      `--force-with-lease=${ref}:${expected ?? ""}`,
      "--end-of-options",
      remote.url,
      `${source}:${ref}`,
    ],
    gitDir: mirror.path,
    cwd,
  });
  // The reason why a ref was refused is printed on stdout.
  const refused = answer.stdout
    .toString("utf8")
    .split("\n")
    .filter((line) => line.startsWith("!"));
  return { code: answer.code, stderr: [...refused, answer.stderr].join("\n") };
}
