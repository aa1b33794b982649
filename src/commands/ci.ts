import type { CiProfile } from "../domain/strategy/strategy.ts";
import type { CommandSpec } from "./commandSpec.ts";

export const ci: CommandSpec<"ci", { readonly profile: CiProfile | null }> = {
  name: "ci",
  usage: "/autopack ci [normal or strict]",
  summary: "Runs the CI of the head again.",
  who: "write",
  where: ["pull_request"],
  examples: ["/autopack ci", "/autopack ci strict"],
  args: {
    profile: {
      form: "positional",
      required: false,
      summary: "The profile to be run; otherwise the one that the change calls for.",
      expects: "`normal` or `strict`",
      read: (text) => {
        const name = text.toLowerCase();
        return name === "normal" || name === "strict" ? name : null;
      },
    },
  },
};
