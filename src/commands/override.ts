import { GATES } from "../domain/gate.ts";
import type { GateName } from "../domain/gate.ts";
import type { CommandSpec } from "./commandSpec.ts";
import { reasonArgument } from "./reasonArgument.ts";

export const override: CommandSpec<"override", { readonly gate: GateName; readonly reason: string }> = {
  name: "override",
  usage: '/autopack override <gate> reason="…"',
  summary: "Lets this very head pass a gate that is red. It dies when the head moves, and stays in the history.",
  who: "maintain",
  where: ["pull_request"],
  examples: ['/autopack override ci reason="the runner is out of disk, tests pass locally"'],
  args: {
    gate: {
      form: "positional",
      required: true,
      summary: "The gate to be passed.",
      expects: GATES.map((gate) => `\`${gate}\``).join(", "),
      read: (text) => GATES.find((gate) => gate === text.toLowerCase()) ?? null,
    },
    reason: reasonArgument(true, "Recorded with the decision."),
  },
};
