import type { RealAgent } from "./demoAgents.ts";
import type { Expected } from "./facts.ts";

/** What issue.md and the scripted agents of fixtures/demo-project come to. */
export const expected: Expected = {
  base: "main",
  tiers: ["Groundwork", "At the stove", "The last touch"],
  waves: [[1], [2, 3, 4], [5]],
  phases: [
    {
      title: "Scale a recipe to any number of guests",
      files: ["src/scale.js", "test/scale.test.js"],
      failures: 0,
      revisions: 1,
      validators: 1,
    },
    {
      title: "Print recipes for --guests",
      files: ["bin/ladle.js", "test/ladle.test.js"],
      failures: 1,
      revisions: 0,
      validators: 1,
    },
    {
      title: "Write eighths as cookbooks do",
      files: ["src/quantity.js", "test/quantity.test.js"],
      failures: 0,
      revisions: 0,
      validators: 1,
    },
    {
      title: "Print a shopping list",
      files: ["bin/shopping.js", "src/shopping.js", "test/shopping.test.js"],
      failures: 0,
      revisions: 0,
      validators: 2,
    },
    { title: "Tell it in the README", files: ["README.md"], failures: 0, revisions: 0, validators: 2 },
  ],
  backlog: [{ title: "`cup` and `cups` are two units", path: "src/recipes.js", severity: "minor", status: "open" }],
  checks: ["autopack/preflight", "autopack/ci", "autopack/audit", "autopack/promotion"],
  label: "autopack:done",
  // The milk is right only when scaling, the option and the eighths have come together.
  tryout: ["Pancakes, for 5", "  2½ cups   flour", "  1⅞ cups   milk", "  2½        eggs", "  ⅝ tsp     salt"].join(
    "\n",
  ),
  isFree: false,
};

/** A real agent goes its own way to the same program. */
export function expectedOf(agent: RealAgent | null): Expected {
  return { ...expected, isFree: agent !== null };
}
