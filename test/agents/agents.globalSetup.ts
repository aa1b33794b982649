import { installedAgents } from "../../src/adapters/agents/installedAgents.ts";
import { agentsCache } from "./agentsCache.ts";
import { TESTED } from "./backends.ts";

/** Installs the real agents where they are missing, one after the other: each is a hundred megabytes and more. */
export async function setup(): Promise<void> {
  const agents = installedAgents(agentsCache());
  for (const { cli } of Object.values(TESTED)) {
    const startedAt = performance.now();
    await agents.install(cli, (step) => {
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
      if (step === "installed") console.log(`installed ${cli.npm.name} ${cli.npm.version} in ${seconds} s`);
    });
  }
}
