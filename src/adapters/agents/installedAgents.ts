import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { z } from "zod";
import { EnvironmentFailure } from "../../domain/failure.ts";
import type { AgentPrograms } from "./cliAgent.ts";
import type { CliBackend } from "./cliBackend.ts";
import { whileLocked } from "./installLock.ts";
import type { AgentProgram } from "./launchCli.ts";
import { npmInstall } from "./npmInstall.ts";

const MARKER = "installed.json";
const PARTIAL = ".partial-";

/** Written last, so a folder that has it is whole. `integrity` of each package, as npm checked it. */
const marker = z.object({
  name: z.string(),
  version: z.string(),
  program: z.string(),
  integrity: z.record(z.string(), z.string()),
});

const lockFile = z.object({ packages: z.record(z.string(), z.object({ integrity: z.string().optional() })) });
const manifest = z.object({
  version: z.string(),
  bin: z.union([z.string(), z.record(z.string(), z.string())]).optional(),
});

export interface InstalledAgents extends AgentPrograms {
  /** The installed program, or null where it is not there, or not whole. */
  find(backend: CliBackend): Promise<AgentProgram | null>;
  /** All versions of a backend that lie on this disk, the pinned one or not. */
  versions(backend: CliBackend): Promise<readonly string[]>;
  install(backend: CliBackend, onProgress?: (step: InstallStep) => void): Promise<AgentProgram>;
  /** Removes versions; all but the pinned one with `keep`. Tells which are gone. An attempt that runs one of them will fail. */
  remove(backend: CliBackend, keep: "pinned" | "none"): Promise<readonly string[]>;
}

export type InstallStep = "waiting" | "downloading" | "installed" | "already_installed";

/**
 * The pinned agents on this machine, in `<dataDir>/agents/<backend>/<version>`: a cache, filled when an attempt first needs one.
 * Install scripts are never run: what works only after one is started by another file of the package (`npm.file`).
 */
export function installedAgents(
  dataDir: string,
  // With a default, so that tests install without a network.
  fetchPackage: (npm: CliBackend["npm"], folder: string) => Promise<void> = npmInstall,
): InstalledAgents {
  const root = resolve(dataDir, "agents");
  const underWay = new Map<string, Promise<AgentProgram>>();

  const install = async (backend: CliBackend, onProgress: (step: InstallStep) => void): Promise<AgentProgram> => {
    const { version } = backend.npm;
    const home = join(root, backend.backend);
    onProgress("waiting");
    return whileLocked(join(home, `${version}.lock`), async () => {
      const there = await findIn(root, backend);
      if (there !== null) {
        onProgress("already_installed");
        return there;
      }
      onProgress("downloading");
      await removePartial(home);
      const partial = await mkdtemp(join(home, PARTIAL));
      try {
        await fetchPackage(backend.npm, partial);
        await mark(backend, partial);
        await settle(partial, join(home, version));
      } finally {
        await rm(partial, { recursive: true, force: true });
      }
      const program = await findIn(root, backend);
      if (program === null) throw new EnvironmentFailure(`installing ${backend.backend}: it is not there afterwards`);
      onProgress("installed");
      return program;
    });
  };
  const once = async (backend: CliBackend, onProgress: (step: InstallStep) => void = () => {}) => {
    const key = backend.backend;
    const started = underWay.get(key) ?? install(backend, onProgress).finally(() => underWay.delete(key));
    underWay.set(key, started);
    return started;
  };
  return {
    find: async (backend) => findIn(root, backend),
    locate: async (backend) => (await findIn(root, backend)) ?? once(backend),
    install: once,
    versions: async (backend) => versionsIn(join(root, backend.backend)),
    remove: async (backend, keep) => {
      const home = join(root, backend.backend);
      const gone = (await versionsIn(home)).filter((each) => keep === "none" || each !== backend.npm.version);
      for (const version of gone) await rm(join(home, version), { recursive: true, force: true });
      return gone;
    },
  };
}

async function findIn(root: string, { backend, npm }: CliBackend): Promise<AgentProgram | null> {
  const folder = join(root, backend, npm.version);
  const text = await readFile(join(folder, MARKER), "utf8").catch(() => null);
  const read = text === null ? null : marker.safeParse(toJson(text)).data;
  if (read?.name !== npm.name || read.version !== npm.version) return null;
  const program = join(folder, read.program);
  const isThere = await stat(program).then(
    (found) => found.isFile(),
    () => false,
  );
  return isThere ? { program, folder, version: read.version } : null;
}

async function versionsIn(home: string): Promise<readonly string[]> {
  const entries = await readdir(home, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith(PARTIAL))
    .map(({ name }) => name)
    .toSorted();
}

/** What a killed installer left. Only under the lock. */
async function removePartial(home: string): Promise<void> {
  await mkdir(home, { recursive: true });
  const left = (await readdir(home)).filter((name) => name.startsWith(PARTIAL));
  for (const name of left) await rm(join(home, name), { recursive: true, force: true });
}

/** Records what was installed, after a look at whether it is what was asked for. */
async function mark({ backend, npm }: CliBackend, folder: string): Promise<void> {
  const place = join("node_modules", npm.name);
  const found = manifest.parse(toJson(await readFile(join(folder, place, "package.json"), "utf8")));
  if (found.version !== npm.version)
    throw new EnvironmentFailure(`installing ${backend}: npm brought ${found.version} in place of ${npm.version}`);
  const bin = typeof found.bin === "string" ? found.bin : found.bin?.[npm.bin];
  const file = npm.file ?? bin;
  if (file === undefined) throw new EnvironmentFailure(`installing ${backend}: the package has no program ${npm.bin}`);
  const text = await readFile(join(folder, "node_modules", ".package-lock.json"), "utf8").catch(
    () => '{"packages":{}}',
  );
  const packages = Object.entries(lockFile.parse(toJson(text)).packages);
  const integrity = Object.fromEntries(packages.map(([name, { integrity: sum }]) => [name, sum ?? ""]));
  const content = { name: npm.name, version: npm.version, program: join(place, file), integrity };
  await writeFile(join(folder, MARKER), `${JSON.stringify(content, null, 2)}\n`);
}

/** A folder without a whole installation is in the way of the rename; one with a whole one is as good as ours. */
async function settle(partial: string, target: string): Promise<void> {
  await rm(target, { recursive: true, force: true });
  await rename(partial, target);
}

function toJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
