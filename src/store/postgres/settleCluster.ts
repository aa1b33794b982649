import { createHash, randomUUID } from "node:crypto";
import { chmod, lstat, mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { canEnter, isRoot, nobody, type Account } from "./account.ts";
import { clusterIn, type Cluster } from "./cluster.ts";
import { hasCode } from "./errorCode.ts";
import { stopPostmaster } from "./postmaster.ts";

/** In the wished folder: where the data is instead. In the other folder: whose data it is. Both carry the same id. */
const pointer = z.object({ place: z.string(), home: z.string(), id: z.string(), note: z.string() });
type Pointer = z.infer<typeof pointer>;

const pointerName = "moved-to.json";
const ownerName = "belongs-to.json";

/**
 * Decides where the data of `home` lives, and which account serves it.
 *
 * In `home` itself, except when root started us (PostgreSQL refuses root, so `nobody` serves) and `nobody` cannot pass
 * through the folders above, as under /root: then in a folder of `elsewhere` named after `home`'s path, with a pointer left in `home`.
 * A home that was deleted starts afresh: its former data is stopped and kept aside as `<folder>.previous`, the last one only.
 * As root, data that belongs to a person stays that person's, and is served under that account.
 */
export async function settleCluster(home: string, elsewhere: string): Promise<Cluster> {
  if (!isRoot()) return clusterIn(home, undefined);

  const moved = await readPointer(join(home, pointerName));
  if (moved !== undefined) return settleIn(moved);

  const account = await ownerOf(join(home, "data"));
  if (account !== undefined) return existing(home, account);

  const server = await nobody();
  if (!(await canEnter(server, dirname(home)))) return moveOut(home, elsewhere);
  await letPass(home);
  return clusterIn(home, server);
}

/** The folder is ours by order, as fresh temporary folders are closed; what lies in it has modes of its own. */
async function letPass(home: string): Promise<void> {
  const { mode } = await stat(home);
  if ((mode & 0o011) !== 0o011) await chmod(home, (mode & 0o7777) | 0o011);
}

/** Data that is there but out of reach must not be mistaken for a first start. */
async function existing(home: string, account: Account): Promise<Cluster> {
  if (account.uid === 0) {
    throw new Error(
      `Opening the database in ${home}: its files belong to root, under whom PostgreSQL does not run. Give them to another account, as in chown -R nobody ${join(home, "data")} ${join(home, "password")}.`,
    );
  }
  if (await canEnter(account, home)) return clusterIn(home, account);
  throw new Error(
    `Opening the database in ${home}: its owner (uid ${account.uid}) cannot pass through the folders above, and PostgreSQL does not run as root. Run chmod o+x on those folders, or set DATABASE_URL.`,
  );
}

async function moveOut(home: string, elsewhere: string): Promise<Cluster> {
  const place = join(elsewhere, createHash("sha256").update(home).digest("hex").slice(0, 16));
  await setAside(place);
  const moved: Pointer = {
    place,
    home,
    id: randomUUID(),
    note: "PostgreSQL does not run as root, and its account cannot enter the home folder, so the data is in the other place.",
  };
  await writeFile(join(home, pointerName), JSON.stringify(moved, null, 2));
  return settleIn(moved);
}

/** Opens the folder a pointer names; data in it that another life of `home` left behind is not this one's. */
async function settleIn(moved: Pointer): Promise<Cluster> {
  const { place, home } = moved;
  const owner = await readPointer(join(place, ownerName));
  if (owner !== undefined && owner.id !== moved.id) await setAside(place);
  await openFolder(place, home);
  await writeFile(join(place, ownerName), JSON.stringify(moved, null, 2));
  return clusterIn(place, (await ownerOf(join(place, "data"))) ?? (await nobody()));
}

async function openFolder(place: string, home: string): Promise<void> {
  try {
    await mkdir(place, { recursive: true, mode: 0o755 });
  } catch (cause) {
    throw new Error(
      `Making ${place} for the database: started by root, PostgreSQL runs as nobody, who cannot enter ${home}. Make that folder writable, start Autopack as another account, or set DATABASE_URL.`,
      { cause },
    );
  }
  const { uid, mode } = await lstat(place);
  if (uid === 0 && (mode & 0o022) === 0 && (await canEnter(await nobody(), place))) return;
  throw new Error(
    `Opening ${place} for the database: it must belong to root, be writable by root alone and let others pass (chmod 755), and so must the folders above let others pass.`,
  );
}

async function setAside(place: string): Promise<void> {
  await stopPostmaster(join(place, "data"));
  await rm(`${place}.previous`, { recursive: true, force: true });
  await rename(place, `${place}.previous`).catch((cause: unknown) => {
    if (!hasCode(cause, ["ENOENT"])) throw cause;
  });
}

async function readPointer(file: string): Promise<Pointer | undefined> {
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    if (hasCode(cause, ["ENOENT"])) return undefined;
    throw cause;
  });
  if (text === undefined) return undefined;
  try {
    return pointer.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error(
      `Reading ${file}, which says where the database is: it is damaged; restore it, or delete its folder to start afresh.`,
      {
        cause,
      },
    );
  }
}

async function ownerOf(path: string): Promise<Account | undefined> {
  try {
    const { uid, gid } = await stat(path);
    return { uid, gid };
  } catch (cause) {
    if (hasCode(cause, ["ENOENT"])) return undefined;
    throw cause;
  }
}
