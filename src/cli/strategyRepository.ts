import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { execa } from "execa";
import type { SourceFile } from "../config/sourceFile.ts";

/** The folder of the repository that this is in; the folder itself outside of one. */
export function repositoryRoot(from: string): string {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    if (existsSync(join(folder, ".git"))) return folder;
    if (folder === dirname(folder)) return resolve(from);
  }
}

/** The `tasks.md` of every feature, as a run would find them on the base branch. */
export async function taskFilesOf(root: string): Promise<readonly SourceFile[]> {
  const features = await readdir(join(root, "specs")).catch(() => []);
  const files = await Promise.all(features.map(async (feature) => textOf(root, `specs/${feature}/tasks.md`)));
  return files.flatMap((file) => file ?? []);
}

/** A file of the repository; null where there is none. */
export async function textOf(root: string, path: string): Promise<SourceFile | null> {
  try {
    return { path, text: await readFile(join(root, path), "utf8") };
  } catch (error) {
    if (isMissing(error)) return null;
    throw new Error(`reading ${path}`, { cause: error });
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
}

/** The repository on GitHub: the one named, or that of the remote `origin`. */
export async function repositoryHere(named: string | undefined): Promise<{ owner: string; name: string }> {
  const text = named ?? (await originUrl());
  const [, owner, name] = /(?:^|[/:])([\w.-]+)\/([\w.-]+?)(?:\.git)?\/?$/.exec(text) ?? [];
  if (owner === undefined || name === undefined)
    throw new Error(`\`${text}\` names no repository on GitHub: say which with --repo owner/name`);
  return { owner, name };
}

async function originUrl(): Promise<string> {
  try {
    return (await execa("git", ["remote", "get-url", "origin"])).stdout;
  } catch (cause) {
    throw new Error("this folder has no remote `origin`: say whose issue it is with --repo owner/name", { cause });
  }
}
