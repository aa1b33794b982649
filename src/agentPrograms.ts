import { CLI_BACKENDS } from "./adapters/agents/cliBackends.ts";
import type { CliBackendName } from "./adapters/agents/cliBackends.ts";
import { installedAgents } from "./adapters/agents/installedAgents.ts";
import type { InstallStep } from "./adapters/agents/installedAgents.ts";

/** A coding agent that Autopack can install, and what of it lies on this machine. */
export interface ListedProgram {
  readonly backend: CliBackendName;
  readonly package: string;
  /** That this version of Autopack works with. */
  readonly version: string;
  readonly isInstalled: boolean;
  /** Versions that nothing uses any more. */
  readonly old: readonly string[];
}

export interface AgentPrograms {
  list(): Promise<readonly ListedProgram[]>;
  /** @throws EnvironmentFailure that says what to do */
  install(backend: CliBackendName, onStep: (step: InstallStep) => void): Promise<void>;
  /** `old` leaves the pinned version. Tells which versions are gone. */
  remove(backend: CliBackendName, which: "all" | "old"): Promise<readonly string[]>;
}

export const PROGRAM_NAMES = Object.keys(CLI_BACKENDS) as readonly CliBackendName[];

/** The coding agents in a data folder, for the command line. */
export function agentPrograms(dataDir: string): AgentPrograms {
  const installed = installedAgents(dataDir);
  const listed = async (name: CliBackendName): Promise<ListedProgram> => {
    const backend = CLI_BACKENDS[name];
    const [found, versions] = await Promise.all([installed.find(backend), installed.versions(backend)]);
    const { name: npmName, version } = backend.npm;
    const old = versions.filter((each) => each !== version);
    return { backend: name, package: npmName, version, isInstalled: found !== null, old };
  };
  return {
    list: async () => Promise.all(PROGRAM_NAMES.map(listed)),
    install: async (name, onStep) => {
      await installed.install(CLI_BACKENDS[name], onStep);
    },
    remove: async (name, which) => installed.remove(CLI_BACKENDS[name], which === "old" ? "pinned" : "none"),
  };
}
