/** One file as git knew it when it wrote the work tree. */
export interface IndexEntry {
  /** Raw bytes, one character each (latin1): names need not be UTF-8. */
  readonly path: string;
  /** 0o100644, 0o100755, 0o120000 (symlink) or 0o160000 (submodule). */
  readonly mode: number;
  /** Times as `fs.Stats` has them, milliseconds with a fraction. All zero when git did not look at the file. */
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  /** Modulo 2³², like `sizeBytes`: the index holds no more. */
  readonly inode: number;
  readonly sizeBytes: number;
}

const HEADER_BYTES = 12;
const FIXED_BYTES = 62;

/**
 * Parses a git index, version 2 (gitformat-index), which is what our git is told to write.
 *
 * Read by hand because git compares times by the second: a file changed within the second of its checkout would have to
 * be read again, and with it most of a fresh work tree. The index itself holds nanoseconds.
 */
export function parseIndex(bytes: Buffer): readonly IndexEntry[] {
  if (bytes.toString("latin1", 0, 4) !== "DIRC" || bytes.readUInt32BE(4) !== 2) {
    throw new Error("Reading a git index: it is not of version 2.");
  }
  const count = bytes.readUInt32BE(8);
  const entries: IndexEntry[] = [];
  let at = HEADER_BYTES;
  for (let n = 0; n < count; n += 1) {
    const end = bytes.indexOf(0, at + FIXED_BYTES);
    entries.push({
      path: bytes.toString("latin1", at + FIXED_BYTES, end),
      ctimeMs: milliseconds(bytes, at),
      mtimeMs: milliseconds(bytes, at + 8),
      inode: bytes.readUInt32BE(at + 20),
      mode: bytes.readUInt32BE(at + 24),
      sizeBytes: bytes.readUInt32BE(at + 36),
    });
    // Entries are padded with one to eight NULs.
    at += (end - at + 8) & ~7;
  }
  return entries;
}

/** The same arithmetic as Node's, so that equal times give equal numbers. */
function milliseconds(bytes: Buffer, at: number): number {
  return bytes.readUInt32BE(at) * 1000 + bytes.readUInt32BE(at + 4) / 1_000_000;
}
