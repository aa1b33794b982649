import type { CommandSpec } from "./commandSpec.ts";

export const approve: CommandSpec<"approve", { readonly sha: string | null }> = {
  name: "approve",
  usage: "/autopack approve [sha]",
  summary: "Approves the plan, or the promotion of the head commit. The approval of a commit dies when the head moves.",
  who: "write",
  notRequester: true,
  where: ["issue", "pull_request"],
  examples: ["/autopack approve", "/autopack approve 1a2b3c4"],
  args: {
    sha: {
      form: "positional",
      required: false,
      summary: "The commit that is meant. Refused when the head is another one by now.",
      expects: "7 to 40 hexadecimal digits of a commit",
      read: (text) => (/^[0-9a-f]{7,40}$/i.test(text) ? text.toLowerCase() : null),
    },
  },
};
