import { mkdir, open, rm, stat, utimes } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

const BEAT_MS = 2000;
/** A holder that has not been heard of for so long was killed. */
const STALE_MS = 15_000;
const POLL_MS = 250;

/**
 * Holds a file as a lock between processes while `work` runs. Waits while another holds it, and takes it over from one that died.
 *
 * Two that take over at once may both go on: the work has to bear that, as one that ends in a rename does.
 */
export async function whileLocked<T>(path: string, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  while (!(await taken(path))) await delay(POLL_MS);
  const beat = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => {});
  }, BEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    await rm(path, { force: true });
  }
}

async function taken(path: string): Promise<boolean> {
  try {
    await (await open(path, "wx")).close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    await removeStale(path);
    return false;
  }
}

async function removeStale(path: string): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (found !== null && Date.now() - found.mtimeMs > STALE_MS) await rm(path, { force: true });
}
