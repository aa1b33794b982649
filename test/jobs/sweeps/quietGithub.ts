import type { JobDeps } from "../../../src/jobs/handler.ts";

/** A GitHub where the app is installed nowhere, and whose log is empty. */
export const quietGithub: Pick<JobDeps, "forges" | "surveys" | "git" | "handles" | "enqueue"> = {
  forges: {
    of: async () => Promise.reject(new Error("there is no repository")),
    installationOf: async () => null,
    botLogin: async () => "autopack[bot]",
  },
  surveys: {
    of: async () => Promise.reject(new Error("there is no repository")),
    repositories: async () => [],
    deliveries: async () => [],
    redeliver: async () => "gone",
  },
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nothing is asked of it
  git: {} as JobDeps["git"],
  handles: () => true,
  enqueue: async () => undefined,
};
