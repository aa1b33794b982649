import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A private folder for what goes into and comes out of a sandbox. */
export async function exchangeFolder(): Promise<{ readonly path: string; dispose(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), "autopack-exchange-"));
  return { path, dispose: async () => rm(path, { recursive: true, force: true }) };
}
