import { lstat, readFile, readdir, readlink } from "node:fs/promises";
import path from "node:path";
import { fileEntries, writeCommit } from "./commits.ts";
import type { FileEntry, Files } from "./commits.ts";
import { git } from "./git.ts";
import { initBare } from "./repository.ts";

/** What a repository starts with: a folder on disk (its `.git` and `node_modules` left out), or contents by path. */
export type Content = { readonly folder: string } | { readonly files: Files };

/** Fixed, so that the first commit of the same files has the same SHA each time. */
const firstCommitAt = new Date("2026-01-01T00:00:00Z");

/** Makes the bare repository with one commit on `main`. */
export async function seedRepository(directory: string, content: Content): Promise<void> {
  await initBare(directory);
  const files = "folder" in content ? await readFolder(content.folder) : fileEntries(content.files);
  const author = { name: "Initial Author", email: "author@example.com" };
  const message = "Initial commit\n";
  const sha = await writeCommit(directory, { parent: undefined, message, author, at: firstCommitAt, files });
  await git(directory, ["update-ref", "refs/heads/main", sha]);
}

async function readFolder(folder: string): Promise<readonly FileEntry[]> {
  const entries = await readdir(folder, { recursive: true });
  const relevant = entries.filter((entry) => !/(^|\/)(\.git|node_modules)(\/|$)/.test(entry)).toSorted();
  const files = await Promise.all(relevant.map((entry) => readEntry(folder, entry)));
  return files.filter((file) => file !== undefined);
}

async function readEntry(folder: string, entry: string): Promise<FileEntry | undefined> {
  const file = path.join(folder, entry);
  const stats = await lstat(file);
  if (stats.isSymbolicLink()) return { path: entry, mode: "120000", content: Buffer.from(await readlink(file)) };
  if (!stats.isFile()) return undefined;
  const mode = (stats.mode & 0o111) === 0 ? "100644" : "100755";
  return { path: entry, mode, content: await readFile(file) };
}
