import { constants, inflateSync } from "node:zlib";

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~";
/** The sizes stand at the very beginning of a delta, but deflate puts its code tables before it. */
const LINES_READ = 64;

/**
 * Bytes that the binary files of a patch will have, by its own words; null where they cannot be read. A small patch can stand for
 * any amount: whole files are compressed, and a delta may repeat a piece of the old file for ever.
 */
export function patchExpansion(patch: Uint8Array): number | null {
  const lines = Buffer.from(patch.buffer, patch.byteOffset, patch.byteLength).toString("latin1").split("\n");
  let total = 0;
  for (const [index, line] of lines.entries()) {
    const [, kind, size] = /^(literal|delta) (\d+)\r?$/.exec(line) ?? [];
    if (kind === undefined) continue;
    const bytes = kind === "literal" ? Number(size) : deltaResult(lines.slice(index + 1, index + 1 + LINES_READ));
    if (bytes === null) return null;
    total += bytes + Number(size);
  }
  return total;
}

/** A delta begins with the sizes of the old and of the new file, seven bits a byte, the lowest first. */
function deltaResult(lines: readonly string[]): number | null {
  const end = lines.findIndex((line) => line.trim() === "");
  const packed = (end === -1 ? lines : lines.slice(0, end)).map((line) => decodeLine(line));
  const bytes = startOf(Buffer.concat(packed));
  if (bytes === null) return null;
  const old = readSize(bytes, 0);
  return old === null ? null : (readSize(bytes, old.next)?.size ?? null);
}

function startOf(packed: Buffer): Buffer | null {
  try {
    return inflateSync(packed, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 1024 ** 2 });
  } catch {
    return null;
  }
}

function readSize(bytes: Buffer, from: number): { readonly size: number; readonly next: number } | null {
  let size = 0;
  for (let index = from; index < Math.min(bytes.length, from + 8); index += 1) {
    const byte = bytes[index] ?? 0;
    size += (byte & 0x7f) * 2 ** (7 * (index - from));
    if (byte < 0x80) return { size, next: index + 1 };
  }
  return null;
}

/** A letter for the number of bytes, then five characters for each four of them. */
function decodeLine(line: string): Buffer {
  const letter = line.charCodeAt(0);
  const length = letter >= 97 ? letter - 97 + 27 : letter - 65 + 1;
  const groups = line.slice(1).match(/.{5}/gs) ?? [];
  const bytes = groups.flatMap((group) => {
    const value = Array.from(group).reduce((sum, character) => sum * 85 + ALPHABET.indexOf(character), 0);
    return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) & 0xff);
  });
  return Buffer.from(bytes.slice(0, Math.max(0, length)));
}
