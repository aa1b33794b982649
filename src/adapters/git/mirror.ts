import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fullName } from "../../domain/repository.ts";
import type { Repository } from "../../domain/repository.ts";
import { isDamage, localFailure } from "./gitFailure.ts";
import { runGit } from "./runGit.ts";
import type { GitAnswer, GitCall } from "./runGit.ts";

/** The bare repository that stands for a remote on this machine: its branches, and every object we make for it. */
export interface Mirror {
  readonly path: string;
  /** `owner/name`, for messages. */
  readonly name: string;
}

/** Named by GitHub's id, so that a renamed repository keeps its mirror. */
export function mirrorOf(root: string, repository: Repository): Mirror {
  return { path: join(root, "mirrors", `${repository.id}.git`), name: fullName(repository) };
}

/** A file in the mirror that says: do not trust, make anew. */
export function damageMark(mirror: Mirror): string {
  return join(mirror.path, "autopack-damaged");
}

export interface MirrorCall extends Omit<GitCall, "cwd" | "gitDir"> {
  /** What is being done, for messages: "counting commits". */
  readonly doing: string;
  /** Exit codes that are answers rather than failures. Default: 0. */
  readonly answers?: readonly number[];
}

/**
 * Runs git on the mirror. A failure that speaks of damage marks the mirror, so that the next fetch makes it anew.
 *
 * Throws `EnvironmentFailure` for every exit code that is not an answer.
 */
export async function askMirror(mirror: Mirror, call: MirrorCall): Promise<GitAnswer> {
  const answer = await runGit({ ...call, gitDir: mirror.path, cwd: dirname(mirror.path) });
  if (answer.cut || (call.answers ?? [0]).includes(answer.code)) return answer;
  // Where there is no mirror at all there is nothing to mark, and the next fetch makes it anyway.
  if (isDamage(answer.stderr)) await writeFile(damageMark(mirror), "").catch(() => undefined);
  throw localFailure(`${call.doing} in ${mirror.name}`, answer.stderr);
}

/** The one word that a command printed. */
export function word(answer: GitAnswer): string {
  return answer.stdout.toString("utf8").trim();
}
