import { expect } from "vitest";
import { scenario } from "../harness/scenario.ts";

const SETUP = "mkdir -p node_modules && cp package-lock.json node_modules/installed && echo run >> node_modules/runs";

scenario(
  "what set-up makes is there for the Builder and the gates, and is no part of the change",
  async (world) => {
    world.agent.edits({
      "src/greet.js": "export const greet = () => 'set up';\n",
      "node_modules/installed": "what an agent leaves there reaches no gate\n",
    });

    const run = await world.settled(await world.labelIssue("autopack"), "promotable");

    expect(run.phases[0]?.evidence[0]?.steps.map(({ tail }) => tail)).toEqual(["first\nrun"]);
    expect(await world.github.file(run.head ?? "", "node_modules/installed")).toBeUndefined();
  },
  {
    config: {
      sandbox: { setup: [SETUP], cache: { key_files: ["package-lock.json"], paths: ["node_modules"] } },
      preflight: ["cat node_modules/installed node_modules/runs"],
    },
    files: { ".gitignore": "node_modules\n", "package-lock.json": "first\n" },
  },
);

scenario(
  "a step of set-up that fails is the environment's failure, and says what it printed",
  async (world) => {
    world.agent.edits({ "src/greet.js": "export const greet = () => 'set up';\n" });

    const run = await world.settled(await world.labelIssue("autopack"), "failed");

    expect(JSON.stringify(run)).toContain("no registry here");
  },
  { config: { sandbox: { setup: ["echo no registry here; exit 3"] } } },
);
