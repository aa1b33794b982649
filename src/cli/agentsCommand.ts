import { Argument, Command, Option } from "commander";
import type { AgentPrograms, ListedProgram } from "../agentPrograms.ts";
import { loadEnvironment } from "./settings.ts";

/** As many as `agentPrograms.ts` has, which is loaded only when a command runs. A test compares them. */
export const BACKENDS = ["claude-code", "codex", "opencode", "gemini"] as const;
type Backend = (typeof BACKENDS)[number];

interface Means {
  /** Absent: of the data folder that the environment names. */
  readonly open?: () => Promise<AgentPrograms>;
}

/** Installs, lists and removes the coding agents that Autopack runs. */
export function agentsCommand({ open = openPrograms }: Means = {}): Command {
  const agents = new Command("agents")
    .description("install, list and remove the coding agents that Autopack can run")
    // Before the commands below, which take it over.
    .exitOverride();
  addInstall(agents, open);
  addList(agents, open);
  addRemove(agents, open);
  return agents;
}

async function openPrograms(): Promise<AgentPrograms> {
  const { agentPrograms } = await import("../agentPrograms.ts");
  return agentPrograms(loadEnvironment().dataDir);
}

function backendsArgument(): Argument {
  return new Argument("[backend...]", "which ones").choices(BACKENDS);
}

const all = () => new Option("--all", "all of them");
const asJson = () => new Option("--json", "print the outcome as JSON");

interface Options {
  readonly all?: boolean;
  readonly old?: boolean;
  readonly json?: boolean;
}

function addInstall(agents: Command, open: () => Promise<AgentPrograms>): void {
  agents
    .command("install")
    .description("download agents with npm, at the versions that this Autopack works with (100 to 400 MB each)")
    .addArgument(backendsArgument())
    .addOption(all())
    .addOption(asJson())
    .action(async (named: readonly Backend[], options: Options, command: Command) => {
      const programs = await open();
      for (const backend of wanted(named, options, command)) {
        await programs.install(backend, (step) => {
          if (options.json !== true) process.stderr.write(`${backend}: ${STEPS[step]}\n`);
        });
      }
      await print(programs, options);
    });
}

const STEPS = {
  waiting: "looking for it …",
  downloading: "downloading …",
  installed: "installed",
  already_installed: "is installed already",
} as const;

function addList(agents: Command, open: () => Promise<AgentPrograms>): void {
  agents
    .command("list")
    .description("list the agents, their versions, and which are installed here")
    .addOption(asJson())
    .action(async (options: Options) => print(await open(), options));
}

function addRemove(agents: Command, open: () => Promise<AgentPrograms>): void {
  agents
    .command("remove")
    .description("remove agents from this machine; attempts that run one of them now will fail")
    .addArgument(backendsArgument())
    .addOption(all())
    .option("--old", "only versions that this Autopack does not use")
    .addOption(asJson())
    .action(async (named: readonly Backend[], options: Options, command: Command) => {
      const programs = await open();
      const chosen = named.length === 0 && options.old === true ? BACKENDS : wanted(named, options, command);
      for (const backend of chosen) {
        const gone = await programs.remove(backend, options.old === true ? "old" : "all");
        if (options.json !== true) process.stderr.write(`${backend}: ${gone.join(", ") || "nothing"} removed\n`);
      }
      await print(programs, options);
    });
}

function wanted(named: readonly Backend[], { all: isAll }: Options, command: Command): readonly Backend[] {
  if (isAll === true && named.length > 0) command.error("error: name agents, or give --all, not both");
  if (isAll === true) return BACKENDS;
  if (named.length === 0) command.error(`error: name one or more of ${BACKENDS.join(", ")}, or give --all`);
  return [...new Set(named)];
}

async function print(programs: AgentPrograms, { json }: Options): Promise<void> {
  const listed = await programs.list();
  process.stdout.write(json === true ? `${JSON.stringify(listed, null, 2)}\n` : listed.map(line).join(""));
}

function line({ backend, package: name, version, isInstalled, old }: ListedProgram): string {
  const state = isInstalled ? "installed" : "not installed: will be when an attempt first needs it";
  const more = old.length === 0 ? "" : `; ${old.join(", ")} can go: autopack agents remove --old`;
  return `${isInstalled ? "✓" : "–"} ${backend} (${name} ${version}): ${state}${more}\n`;
}
