import { diskUse, freeSpace, namelessUse } from "./diskUse.ts";

/** How often the cheap question is asked: how much is free. One system call. */
const LOOK_MS = 200;
/** Walks through the folders take no more than a twentieth of the time, and come no faster than this. */
const WALK_MS = 2000;
const WALK_SHARE = 20;

export interface DiskLimit {
  readonly folders: readonly string[];
  /** By how much they may grow together. */
  readonly growthBytes: number;
  /** Whose nameless files count too. */
  readonly pids: () => readonly number[];
  /** Told at most once. */
  readonly onExceeded: () => void;
}

export interface DiskWatch {
  /** Looks for the last time. To be called when the program has ended, before it is asked how. */
  stop(): Promise<void>;
}

/**
 * Watches that folders do not grow beyond a limit. The first count is taken before this returns, so before the program.
 *
 * Counting means walking, which is dear in a large tree. So the free space of the file system is the trigger: it cannot
 * drop by less than what the program wrote, unless somebody else frees some. For that case there is a walk now and then.
 */
export async function watchDisk(limit: DiskLimit): Promise<DiskWatch> {
  const { folders, growthBytes } = limit;
  const before = await diskUse(folders);
  let known = { use: before, free: await freeSpace(folders), at: performance.now(), tookMs: 0 };
  let exceeded = false;
  let stopped = false;

  const walk = async () => {
    const free = await freeSpace(folders);
    const startedAt = performance.now();
    const named = await diskUse(folders, before + growthBytes);
    const use = named + (await namelessUse(limit.pids(), folders));
    known = { use, free, at: performance.now(), tookMs: performance.now() - startedAt };
    if (use - before <= growthBytes || exceeded) return;
    exceeded = true;
    limit.onExceeded();
  };
  const mayBeExceeded = async () => {
    const free = await freeSpace(folders);
    const left = growthBytes - (known.use - before);
    return free === null || known.free === null || known.free - free >= left / 2;
  };
  const isDue = () => performance.now() - known.at >= Math.max(WALK_MS, known.tookMs * WALK_SHARE);
  const look = async () => {
    if (isDue() || (await mayBeExceeded())) await walk();
  };

  const lookAgain = async () => {
    await look();
    if (!stopped && !exceeded) next();
  };
  let looking = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const next = () => {
    timer = setTimeout(() => {
      looking = lookAgain();
    }, LOOK_MS);
  };
  next();
  return {
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await looking;
      if (!exceeded && (await mayBeExceeded())) await walk();
    },
  };
}
