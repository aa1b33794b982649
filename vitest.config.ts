import { defineConfig } from "vitest/config";

// oxlint-disable-next-line import/no-default-export -- vitest reads the default export
export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/harness/postgres.globalSetup.ts"],
    // Processes, not threads: tests send signals and change accounts, which threads share.
    pool: "forks",
    maxWorkers: 2,
    watch: false,
    // On a machine that others use as well, a story of several processes may run out of time once. Never by hand: see it fail.
    retry: process.env["CI"] === "true" ? 1 : 0,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
