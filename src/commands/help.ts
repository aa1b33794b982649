import type { CommandSpec } from "./commandSpec.ts";

export const help: CommandSpec<"help", { readonly verb: string | null }> = {
  name: "help",
  usage: "/autopack help [verb]",
  summary: "Lists the commands and who may use them, or tells all there is to know of one.",
  who: "reader",
  where: ["issue", "pull_request"],
  examples: ["/autopack help", "/autopack help rollback"],
  args: {
    verb: {
      form: "positional",
      required: false,
      summary: "The command to be told of.",
      expects: "one of the verbs that `/autopack help` lists",
      read: (text) => (/^[a-z]{1,20}$/i.test(text) ? text.toLowerCase() : null),
    },
  },
};
