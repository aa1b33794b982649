import { lstatSync, readFileSync, readdirSync } from "node:fs";
import type { Stats } from "node:fs";
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isHarmlessConfig } from "./harmlessConfig.ts";
import type { Workspace } from "./workspace.ts";

export interface GitAuthor {
  readonly name: string;
  readonly email: string;
}

const MAX_CONFIG_BYTES = 65_536;

/**
 * Gives a work tree a `.git` for the agent: log, diff and commit work, nothing can be pushed anywhere.
 *
 * Written by hand: it takes no git process, and what is in it is known to the byte when it is looked at afterwards.
 */
export async function makeAgentRepository(workspace: Workspace): Promise<void> {
  const git = join(workspace.workTree, ".git");
  for (const folder of ["objects/info", "objects/pack", "refs/heads", "refs/tags"]) {
    await mkdir(join(git, folder), { recursive: true });
  }
  await Promise.all([
    writeFile(join(git, "HEAD"), "ref: refs/heads/autopack\n"),
    writeFile(join(git, "refs", "heads", "autopack"), `${workspace.commit}\n`),
    writeFile(join(git, "config"), config(workspace.author)),
    writeFile(join(git, "objects", "info", "alternates"), alternates(workspace)),
    copyFile(workspace.pristineIndex, join(git, "index")),
  ]);
}

function config({ name, email }: GitAuthor): string {
  return `[core]
\trepositoryformatversion = 0
\tfilemode = true
\tbare = false
\tlogallrefupdates = true
[user]
\tname = ${quoted(name)}
\temail = ${quoted(email)}
[gc]
\tauto = 0
`;
}

function quoted(value: string): string {
  return `"${value.replaceAll(/[\\"]/g, String.raw`\$&`).replaceAll(/\s/g, " ")}"`;
}

function alternates(workspace: Workspace): string {
  return `${join(workspace.mirror.path, "objects")}\n`;
}

/** Must not be there: they redirect git, change how it reads files, or hold a second configuration. */
const FORBIDDEN = [
  "commondir",
  "config.worktree",
  "gitdir",
  "info/attributes",
  "info/grafts",
  "objects/info/http-alternates",
];
const FOLDERS = ["hooks", "info", "objects", "objects/info", "refs"];

/**
 * Names what in the agent's `.git` could run code or redirect a later git command. We never run git there; such a
 * change is evidence of intent. Commits, branches, the index, `info/exclude` and a changed identity are the agent's own
 * business, and so are the inert samples that `git init` brings.
 */
export function findTampering(workspace: Workspace): readonly string[] {
  const git = join(workspace.workTree, ".git");
  if (!statOf(git)?.isDirectory()) return [".git"];
  const tampered = FOLDERS.filter((folder) => {
    const stats = statOf(join(git, folder));
    return stats !== null && !stats.isDirectory();
  });
  // Nothing below a folder that is none can be named, nor may it be followed.
  if (tampered.length > 0) return tampered.map((name) => `.git/${name}`);
  if (!isHarmlessConfig(read(join(git, "config")), config(workspace.author))) tampered.push("config");
  if (read(join(git, "objects/info/alternates")) !== alternates(workspace)) tampered.push("objects/info/alternates");
  tampered.push(...FORBIDDEN.filter((name) => statOf(join(git, name)) !== null));
  tampered.push(...hooks(git));
  return tampered.map((name) => `.git/${name}`);
}

function hooks(git: string): readonly string[] {
  if (statOf(join(git, "hooks")) === null) return [];
  const names = readdirSync(join(git, "hooks"));
  return names.filter((name) => !name.endsWith(".sample")).map((name) => `hooks/${name}`);
}

function statOf(path: string): Stats | null {
  return lstatSync(path, { throwIfNoEntry: false }) ?? null;
}

/** Null for anything but a small plain file: a FIFO would hang whoever opens it. */
function read(path: string): string | null {
  const stats = statOf(path);
  if (stats === null || !stats.isFile() || stats.size > MAX_CONFIG_BYTES) return null;
  return readFileSync(path, "utf8");
}
