import { execa } from "execa";
import { EnvironmentFailure } from "../../domain/failure.ts";

/**
 * Removes a folder an agent may have filled, whatever is in it. Not there is fine.
 *
 * `rm` rather than Node's own: it walks by file descriptor, so neither paths beyond the system's limit nor symlinks
 * lead it astray. Folders the agent closed are opened first where that is in the way.
 */
export async function removeTree(path: string): Promise<void> {
  if (await remove(path)) return;
  await execa("chmod", ["-R", "u+rwX", "--", path], { reject: false, stdio: "ignore" });
  if (await remove(path)) return;
  throw new EnvironmentFailure(`Removing ${path}: some of it belongs to another account, or is in use`);
}

async function remove(path: string): Promise<boolean> {
  const { exitCode } = await execa("rm", ["-rf", "--", path], { reject: false, stdio: "ignore" });
  return exitCode === 0;
}
