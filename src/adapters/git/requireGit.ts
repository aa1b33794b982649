import { EnvironmentFailure } from "../../domain/failure.ts";
import { runGit } from "./runGit.ts";

/** The first version whose `merge-tree` merges without a work tree. */
const NEEDED = { major: 2, minor: 38 };

/** Makes sure that git is there and new enough; throws `EnvironmentFailure` that says what to install. */
export async function requireGit(): Promise<void> {
  const { stdout } = await runGit({ args: ["version"], cwd: "/" });
  const text = stdout.toString("utf8").trim();
  if (!isSupported(text)) {
    throw new EnvironmentFailure(
      `Checking git: found "${text}", but Autopack needs git ${NEEDED.major}.${NEEDED.minor} or newer. Install a newer git.`,
      { retry: "never" },
    );
  }
}

/** Judges the output of `git version`, vendor suffixes and all. */
export function isSupported(version: string): boolean {
  const [, major, minor] = /^git version (\d+)\.(\d+)/.exec(version) ?? [];
  if (major === undefined || minor === undefined) return false;
  if (Number(major) !== NEEDED.major) return Number(major) > NEEDED.major;
  return Number(minor) >= NEEDED.minor;
}
