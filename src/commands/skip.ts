import type { CommandSpec } from "./commandSpec.ts";
import { phaseArgument } from "./phaseArgument.ts";
import { reasonArgument } from "./reasonArgument.ts";

export const skip: CommandSpec<"skip", { readonly phase: number; readonly reason: string }> = {
  name: "skip",
  usage: '/autopack skip <phase> reason="…"',
  summary: "Leaves a phase out that has not landed; what depends on it goes on without it.",
  who: "write",
  where: ["issue", "pull_request"],
  examples: ['/autopack skip 3 reason="done by hand in #41"'],
  args: {
    phase: phaseArgument(true, "The phase to be left out."),
    reason: reasonArgument(true, "Kept with the phase, and shown in the pull request."),
  },
};
