import type { Expected } from "./facts.ts";

/** What issue.md and the scripted agents of fixtures/demo-project come to. */
export const expected: Expected = {
  base: "main",
  phases: [
    { title: "Scale a recipe to any number of guests", files: ["src/scale.js", "test/scale.test.js"] },
    { title: "Print recipes for --guests", files: ["README.md", "bin/ladle.js", "test/ladle.test.js"] },
  ],
  checks: ["autopack/preflight", "autopack/ci", "autopack/audit", "autopack/promotion"],
  label: "autopack:done",
  tryout: ["Pancakes, for 6", "  3 cups    flour", "  2¼ cups   milk", "  3         eggs", "  ¾ tsp     salt"].join(
    "\n",
  ),
};
