import type { Stats } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";

/** An operating system account other than our own. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

export function isRoot(): boolean {
  return process.geteuid?.() === 0;
}

/** `nobody`, as this machine numbers it; 65534 where it has no such line, as in images without a passwd file. */
export async function nobody(): Promise<Account> {
  const passwd = await readFile("/etc/passwd", "utf8").catch(() => "");
  const [, , uid, gid] = /^nobody:.*$/m.exec(passwd)?.[0].split(":") ?? [];
  return { uid: Number(uid ?? 65_534), gid: Number(gid ?? 65_534) };
}

/**
 * Whether `account` may pass through `dir` and every folder above it.
 *
 * Judged by mode bits alone: an access control list that grants more is not seen, and only costs a needless copy.
 */
export async function canEnter(account: Account, dir: string): Promise<boolean> {
  const parent = dirname(dir);
  if (!may(account, 0o1, await stat(dir))) return false;
  return parent === dir || canEnter(account, parent);
}

/** Whether `account` may run the server whose binaries lie in `native`. */
export async function canExecute(account: Account, native: string): Promise<boolean> {
  const program = join(native, "bin");
  for (const dir of [program, join(native, "lib"), join(native, "share")]) {
    if (!(await canEnter(account, dir))) return false;
  }
  return may(account, 0o5, await stat(join(program, "postgres")));
}

function may(account: Account, bits: number, { uid, gid, mode }: Stats): boolean {
  if (uid === account.uid) return (mode & (bits << 6)) === bits << 6;
  if (gid === account.gid) return (mode & (bits << 3)) === bits << 3;
  return (mode & bits) === bits;
}
