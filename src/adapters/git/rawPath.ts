/**
 * A path relative to a work tree as raw bytes, one character each (latin1). File names need not be UTF-8, and a name
 * that went through a lossy decoding could not be found on disk again.
 */
export type RawPath = string;

/** The path for `node:fs`. Plain strings where they mean the same, because they are cheaper. */
export function onDisk(root: string, path: RawPath): string | Buffer {
  // oxlint-disable-next-line eslint/no-control-regex -- ASCII as a whole is meant
  if (/^[\u0000-\u007f]*$/.test(path)) return `${root}/${path}`;
  return Buffer.concat([Buffer.from(`${root}/`), Buffer.from(path, "latin1")]);
}

/** The path for people and for judgement: what is not UTF-8 becomes U+FFFD, which no rule accepts. */
export function shown(path: RawPath): string {
  return Buffer.from(path, "latin1").toString("utf8");
}

/** Paths as git reads them with `-z`. */
export function nulList(paths: readonly RawPath[]): Buffer {
  return Buffer.from(paths.map((path) => `${path}\0`).join(""), "latin1");
}
