import { join } from "node:path";
import { defineConfig } from "vitest/config";

/** Real agents take seconds to start, and hundreds of megabytes: not part of `npm test`. */
// oxlint-disable-next-line import/no-default-export -- vitest reads the default export
export default defineConfig({
  root: join(import.meta.dirname, "..", ".."),
  test: {
    include: ["test/agents/**/*.spec.ts"],
    globalSetup: ["test/harness/postgres.globalSetup.ts", "test/agents/agents.globalSetup.ts"],
    pool: "forks",
    maxWorkers: 2,
    watch: false,
    retry: process.env["CI"] === "true" ? 1 : 0,
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
});
