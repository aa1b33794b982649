import { constants } from "node:fs";
import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";

export const MAX_RESULT_BYTES = 1024 * 1024;

export type ResultReading =
  | { readonly kind: "none" }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "junk"; readonly what: string };

/**
 * Reads what an agent left as its result: untrusted, so only a regular file, never by a link, never waiting for a pipe,
 * never more than 1 MiB. An empty file is no result.
 */
export async function readResult(path: string): Promise<ResultReading> {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  let file: FileHandle;
  try {
    file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return { kind: "none" };
    return { kind: "junk", what: `a result that is not a readable file (${(error as NodeJS.ErrnoException).code})` };
  }
  try {
    return await readRegular(file);
  } finally {
    await file.close();
  }
}

async function readRegular(file: FileHandle): Promise<ResultReading> {
  const stats = await file.stat();
  if (!stats.isFile()) return { kind: "junk", what: "a result that is not a regular file" };
  if (stats.size > MAX_RESULT_BYTES) return { kind: "junk", what: `a result of ${stats.size} bytes, over 1 MiB` };
  const bytes = Buffer.alloc(stats.size);
  const { bytesRead } = await file.read(bytes, 0, stats.size, 0);
  const text = bytes.toString("utf8", 0, bytesRead);
  return text.trim() === "" ? { kind: "none" } : { kind: "text", text };
}
