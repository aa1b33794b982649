import { readdir, readFile } from "node:fs/promises";

/** Processes of this machine that were started for an attempt, by the variable that all of them inherit. */
export async function leftRunning(attemptId: string): Promise<readonly string[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const environ = await readFile(`/proc/${pid}/environ`, "utf8").catch(() => "");
      return environ.split("\0").includes(`AUTOPACK_ATTEMPT=${attemptId}`) ? pid : null;
    }),
  );
  return found.filter((pid) => pid !== null);
}
