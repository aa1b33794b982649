import type { Sha, TreeId } from "../../domain/ids.ts";

/**
 * `refs/heads/<branch>`, once the name obeys git's own rules (`git check-ref-format`).
 *
 * Throws on anything else: such a name reached this far by mistake, and must not reach a command line.
 */
export function branchRef(branch: string): string {
  if (!isBranchName(branch)) throw new Error(`Naming a branch: ${JSON.stringify(branch)} is not a valid branch name.`);
  return `refs/heads/${branch}`;
}

/** Like `branchRef`, for branches that are written. Autopack owns `autonomous/` and touches no other. */
export function ownBranchRef(branch: string): string {
  if (!/^autonomous\/./.test(branch)) {
    throw new Error(`Writing branch ${JSON.stringify(branch)}: Autopack only ever writes branches under autonomous/.`);
  }
  return branchRef(branch);
}

export function isBranchName(name: string): boolean {
  if (name === "" || name === "@" || name.startsWith("-") || name.endsWith(".")) return false;
  // oxlint-disable-next-line eslint/no-control-regex -- control characters are what the rule is about
  if (/[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{/.test(name)) return false;
  return name.split("/").every((part) => part !== "" && !part.startsWith(".") && !part.endsWith(".lock"));
}

/** The id itself, once it is 40 hex digits. Throws otherwise, so that no option or expression passes for one. */
export function checkedId<T extends Sha | TreeId>(id: T): T {
  if (!/^[0-9a-f]{40}$/.test(id)) throw new Error(`Naming a git object: ${JSON.stringify(id)} is not a full SHA.`);
  return id;
}

/** The address itself, once it is one that git may be given: http(s), or files for local mirrors. */
export function checkedUrl(url: string): string {
  if (!/^(?:https?:\/\/[^\s-]|file:\/\/\/|\/)/.test(url)) {
    throw new Error(`Naming a remote: ${JSON.stringify(url)} is neither http(s) nor a local path.`);
  }
  return url;
}
