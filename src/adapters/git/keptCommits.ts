import type { Sha } from "../../domain/ids.ts";
import { withLock } from "./fileLock.ts";
import { askMirror } from "./mirror.ts";
import type { Mirror } from "./mirror.ts";

/** Keeps a commit from being tidied away. Fetches bring and prune branches only, so they leave it alone. */
export async function keepCommit(
  mirror: Mirror,
  { name, sha }: { readonly name: string; readonly sha: Sha },
): Promise<void> {
  await updateRef(mirror, `Keeping ${name}`, [keptRef(name), sha]);
}

export async function forgetCommit(mirror: Mirror, name: string): Promise<void> {
  await updateRef(mirror, `Forgetting ${name}`, ["-d", keptRef(name)]);
}

/** Under the mirror's lock: whoever holds it takes locks of refs for those of a git that was killed. */
async function updateRef(mirror: Mirror, doing: string, args: readonly string[]): Promise<void> {
  await withLock(`${mirror.path}.lock`, async () =>
    askMirror(mirror, { doing, args: ["update-ref", "--no-deref", ...args] }),
  );
}

/** Throws on names that are no run's: they must not reach a command line. */
function keptRef(name: string): string {
  if (!/^[0-9]+-[a-z0-9]{8}$/.test(name))
    throw new Error(`Keeping a commit: ${JSON.stringify(name)} is not a run's id.`);
  return `refs/autopack/dry/${name}`;
}
