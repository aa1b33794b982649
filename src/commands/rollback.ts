import type { CommandSpec } from "./commandSpec.ts";

export const rollback: CommandSpec<"rollback", { readonly checkpoint: string; readonly force: boolean }> = {
  name: "rollback",
  usage: "/autopack rollback <checkpoint> [force]",
  summary: "Moves the integration branch back to a checkpoint; what landed after it is built again.",
  who: "maintain",
  where: ["pull_request"],
  examples: ["/autopack rollback 1a2b3c4", "/autopack rollback base force"],
  args: {
    checkpoint: {
      form: "positional",
      required: true,
      summary: "The commit of a landed phase, or `base` for the commit that the run began on.",
      expects: "7 to 40 hexadecimal digits of a commit, or `base`",
      read: (text) => (/^([0-9a-f]{7,40}|base)$/i.test(text) ? text.toLowerCase() : null),
    },
    force: {
      form: "flag",
      required: false,
      summary: "Also when commits that people pushed leave the branch with it.",
      expects: "given or not",
      read: () => true,
    },
  },
};
