/** Lockfiles by the manifest they belong to: a lock may lie beside its manifest, or above it in a workspace. */
const LOCKS: readonly (readonly [manifest: RegExp, locks: readonly string[]])[] = [
  [/(?:^|\/)package\.json$/, ["package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock"]],
  [/(?:^|\/)pyproject\.toml$/, ["poetry.lock", "uv.lock", "pdm.lock"]],
  [/(?:^|\/)Cargo\.toml$/, ["Cargo.lock"]],
  [/(?:^|\/)go\.mod$/, ["go.sum"]],
];

const LOCK_NAMES: ReadonlySet<string> = new Set(LOCKS.flatMap(([, locks]) => locks));

export function isLockfile(path: string): boolean {
  return LOCK_NAMES.has(nameOf(path));
}

/** The lockfiles that hold what a manifest asks for, of those that are there: the nearest. */
export function locksOf(manifest: string, lockfiles: readonly string[]): readonly string[] {
  const names = LOCKS.find(([pattern]) => pattern.test(manifest))?.[1] ?? [];
  const own = lockfiles.filter((path) => names.includes(nameOf(path)) && isAbove(folderOf(path), manifest));
  const nearest = Math.max(...own.map((path) => folderOf(path).length));
  return own.filter((path) => folderOf(path).length === nearest);
}

/** Whether a file is a manifest that this lockfile could hold. */
export function isManifestOf(manifest: string, lockfile: string): boolean {
  return locksOf(manifest, [lockfile]).length > 0;
}

function isAbove(folder: string, path: string): boolean {
  return folder === "" || path.startsWith(`${folder}/`);
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
