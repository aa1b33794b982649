import type { GitHubStandIn } from "../github/startGitHub.ts";
import { chooseSandbox } from "./chooseSandbox.ts";
import type { DemoMeans } from "./demoMeans.ts";
import type { Step } from "./progress.ts";
import { installAgent } from "./installAgent.ts";
import { makeFolder, makeProject, startAutopack, startDatabase, startStandIn } from "./startParts.ts";
import type { Database } from "./startParts.ts";

export interface Parts {
  readonly folder: string;
  readonly database: Database;
  readonly github: GitHubStandIn;
  readonly autopackUrl: string;
  readonly dataDir: string;
}

/** Starts everything, one part after the other. */
export async function startDemo({ progress, cleanup, signal, warnings, agent, bwrapPath }: DemoMeans): Promise<Parts> {
  const { folder, dataDir } = await makeFolder(cleanup);
  const take = async <Value>(step: Step<Value>): Promise<Value> => {
    signal.throwIfAborted();
    return progress.step(step);
  };

  const database = await take({
    name: "PostgreSQL",
    title: "Starting PostgreSQL",
    async work({ done }) {
      const started = await startDatabase(dataDir, cleanup);
      done(`${started.name} on port ${started.port}`);
      return started;
    },
  });
  const github = await take({
    name: "GitHub",
    title: "Starting a stand-in for GitHub",
    async work({ done }) {
      const started = await startStandIn(await makeProject(folder, agent), cleanup);
      done(`A stand-in for GitHub at ${started.origin}`);
      return started;
    },
  });
  const sandbox = await take({
    name: "sandbox",
    title: "Trying the sandbox",
    async work({ note, done }) {
      const choice = await chooseSandbox(bwrapPath === undefined ? {} : { bwrapPath });
      if (choice.wish === "none" && agent !== null)
        throw new Error(`a real agent needs a sandbox: ${choice.lines.slice(2).join(" ")}`);
      if (choice.wish === "none") for (const line of choice.lines) note(line, "warning");
      done(choice.wish === "none" ? "No sandbox!" : "Agents and tests run in bubblewrap, without network and secrets");
      return choice.wish;
    },
  });
  if (agent !== null) {
    await take({
      name: "agent",
      title: `Installing ${agent.title}, unless it is`,
      async work({ now, done }) {
        now("some hundred megabytes from npm, once");
        const { version, folder: place } = await installAgent(agent, dataDir);
        done(`${agent.title} ${version}, in ${place}`);
      },
    });
  }
  const autopackUrl = await take({
    name: "Autopack",
    title: "Starting Autopack",
    async work({ done }) {
      const parts = { dataDir, databaseUrl: database.url, github, sandbox, agent, log: warnings.log };
      const url = await startAutopack(parts, cleanup);
      done(`Autopack, web and worker, at ${url}`);
      return url;
    },
  });
  return { folder, dataDir, database, github, autopackUrl };
}
