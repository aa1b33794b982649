import { isBranchName } from "../domain/branchName.ts";
import type { CommandSpec } from "./commandSpec.ts";

interface RunArguments {
  readonly profile: "strict" | null;
  readonly agent: string | null;
  readonly base: string | null;
  readonly "dry-run": boolean;
}

export const run: CommandSpec<"run", RunArguments> = {
  name: "run",
  usage: "/autopack run [profile=strict] [agent=<name>] [base=<branch>] [dry-run]",
  summary: "Starts a run for this issue, as the `autopack` label does.",
  who: "write",
  where: ["issue"],
  examples: [
    "/autopack run",
    "/autopack run profile=strict",
    "/autopack run agent=careful base=release/2.x",
    "/autopack run dry-run",
  ],
  args: {
    profile: {
      form: "option",
      required: false,
      summary: "Holds every phase to the strict profile. A run can be made stricter, never laxer.",
      expects: "`strict`",
      read: (text) => (text.toLowerCase() === "strict" ? "strict" : null),
    },
    agent: {
      form: "option",
      required: false,
      summary: "Builds with this agent; the configuration lists them under `agents.alternatives`.",
      expects: "the name of an agent: small letters, digits, `-` and `_`",
      read: (text) => (/^[a-z][a-z0-9_-]{0,39}$/.test(text) ? text : null),
    },
    base: {
      form: "option",
      required: false,
      summary: "Builds on this branch, and asks for the merge into it, in place of the configured one.",
      expects: "the name of a branch that is not one of Autopack's own",
      read: (text) => (isBranchName(text) ? text : null),
    },
    "dry-run": {
      form: "flag",
      required: false,
      summary: "Plans, builds and checks, but pushes nothing and opens no pull request.",
      expects: "given or not",
      read: () => true,
    },
  },
};
