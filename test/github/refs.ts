import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import path from "node:path";

/** Branches and tags with the SHA each points at. */
export type Refs = ReadonlyMap<string, string>;

/**
 * Reads one ref, by its full name, as the file it is. The stand-in's repositories are never packed, so that this need
 * not start git, which a world would do hundreds of times.
 */
export async function readRef(directory: string, ref: string): Promise<string | undefined> {
  try {
    const text = await readFile(path.join(directory, ref), "utf8");
    return /^[0-9a-f]{40}$/.exec(text.trim())?.[0];
  } catch {
    return undefined;
  }
}

/** All branches and tags. Annotated tags give the tag's own SHA. */
export async function listRefs(directory: string): Promise<Refs> {
  const names = await Promise.all(["refs/heads", "refs/tags"].map((root) => namesBelow(directory, root)));
  const pairs = await Promise.all(names.flat().map(async (ref) => [ref, await readRef(directory, ref)] as const));
  return new Map(pairs.filter((pair): pair is readonly [string, string] => pair[1] !== undefined));
}

async function namesBelow(directory: string, root: string): Promise<readonly string[]> {
  const found = await readdir(path.join(directory, root), { recursive: true, withFileTypes: true }).catch(() => []);
  return found
    .filter((entry) => entry.isFile() && !entry.name.endsWith(".lock"))
    .map((entry) => path.relative(directory, path.join(entry.parentPath, entry.name)))
    .toSorted();
}

/** Writes a ref that only the stand-in itself writes; branches and tags go through git, which locks them. */
export async function writeOwnRef(directory: string, ref: string, sha: string): Promise<void> {
  const file = path.join(directory, ref);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, `${sha}\n`);
}
