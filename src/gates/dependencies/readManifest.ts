import type { Dependency } from "./dependency.ts";
import { readGoMod } from "./goMod.ts";
import { readGradle, readPom } from "./jvmBuilds.ts";
import { readPackageJson } from "./packageJson.ts";
import { readRequirements } from "./requirements.ts";
import { readCargoToml, readPyproject } from "./tomlManifests.ts";

type Reader = (text: string) => readonly Dependency[];

const READERS: readonly (readonly [RegExp, Reader])[] = [
  [/(?:^|\/)package\.json$/, readPackageJson],
  [
    /(?:^|\/)(?:[\w.-]*requirements[\w.-]*|constraints)\.(?:txt|in)$|(?:^|\/)requirements\/[\w.-]+\.(?:txt|in)$/,
    readRequirements,
  ],
  [/(?:^|\/)pyproject\.toml$/, readPyproject],
  [/(?:^|\/)Cargo\.toml$/, readCargoToml],
  [/(?:^|\/)go\.mod$/, readGoMod],
  [/(?:^|\/)pom\.xml$/, readPom],
  [/(?:^|\/)build\.gradle(?:\.kts)?$/, readGradle],
];

/** The packages that a manifest asks for, by its name; null where the file is none. */
export function manifestReader(path: string): Reader | null {
  return READERS.find(([pattern]) => pattern.test(path))?.[1] ?? null;
}
