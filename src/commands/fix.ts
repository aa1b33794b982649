import { plainLine } from "../domain/plainText.ts";
import type { CommandSpec } from "./commandSpec.ts";

export const fix: CommandSpec<"fix", { readonly instruction: string }> = {
  name: "fix",
  usage: "/autopack fix <instruction…>",
  summary: "Adds a phase that changes what the pull request has, as the instruction says.",
  who: "write",
  where: ["pull_request"],
  examples: ["/autopack fix greet an empty name as `hello you`", "/autopack fix cover the error path with a test"],
  args: {
    instruction: {
      form: "rest",
      required: true,
      summary: "What is to be changed, for the Builder: everything up to the end of the line.",
      expects: "a sentence of at most 2000 characters",
      read: (text) => {
        const instruction = plainLine(text, 2000);
        return /[\p{L}\p{N}]/u.test(instruction) ? instruction : null;
      },
    },
  },
};
