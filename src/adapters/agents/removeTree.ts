import { execFile } from "node:child_process";
import { rm } from "node:fs/promises";
import { promisify } from "node:util";

const execFileAsync = promisify(execFile);

/**
 * Removes a folder that an agent wrote in. It may have left folders without permissions, or nested beyond the longest
 * path, where only the tools that walk by descriptor come along.
 *
 * What cannot be removed is left: it lies in the system's temporary folder, and the agent's result counts all the same.
 */
export async function removeTree(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch {
    await execFileAsync("chmod", ["-R", "u+rwX", "--", path]).catch(() => {});
    await execFileAsync("rm", ["-rf", "--", path]).catch(() => {});
  }
}
