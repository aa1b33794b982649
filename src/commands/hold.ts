import type { CommandSpec } from "./commandSpec.ts";
import { reasonArgument } from "./reasonArgument.ts";

export const hold: CommandSpec<"hold", { readonly reason: string | null }> = {
  name: "hold",
  usage: '/autopack hold [reason="…"]',
  summary: "Starts nothing new, and keeps the change from being merged until `/autopack unhold`.",
  who: "write",
  where: ["issue", "pull_request"],
  examples: ['/autopack hold reason="wait for the release"', "/autopack hold"],
  args: { reason: reasonArgument(false, "Shown wherever the hold is.") },
};
