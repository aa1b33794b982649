import type { Dirent } from "node:fs";
import { lchown, readdir } from "node:fs/promises";
import { join } from "node:path";
import { SandboxNotSetUp } from "./sandboxNotSetUp.ts";

const AT_ONCE = 64;

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Gives files, and folders with all that is in them, to another user. Follows no link, so a program cannot have others
 * given away. To be called only while no program can change the folders.
 */
export async function handOver(paths: readonly string[], owner: Owner): Promise<void> {
  try {
    for (const path of paths) await giveTree(path, owner);
  } catch (cause) {
    throw new SandboxNotSetUp("giving a task's folders to its user", { cause });
  }
}

async function giveTree(path: string, owner: Owner): Promise<void> {
  const give = async (one: string) => lchown(one, owner.uid, owner.gid);
  await give(path);
  const waiting = [path];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const folder = next;
    const entries = await entriesOf(folder);
    waiting.push(...entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name)));
    for (let at = 0; at < entries.length; at += AT_ONCE)
      await Promise.all(entries.slice(at, at + AT_ONCE).map(async ({ name }) => give(join(folder, name))));
  }
}

async function entriesOf(path: string): Promise<readonly Dirent[]> {
  return readdir(path, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOTDIR") return [];
    throw error;
  });
}
