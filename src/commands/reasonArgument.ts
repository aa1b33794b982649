import { plainLine } from "../domain/plainText.ts";
import type { Argument } from "./commandSpec.ts";

const MAX_LENGTH = 200;

/** Why somebody decides something, for the history and for whoever reads it later. */
export function reasonArgument(required: boolean, summary: string): Argument<string> {
  return {
    form: "option",
    required,
    summary,
    expects: 'a few words, in quotes where there is more than one, as `reason="flaky on CI"`',
    read: (text) => {
      const reason = plainLine(text, MAX_LENGTH);
      return /[\p{L}\p{N}]/u.test(reason) ? reason : null;
    },
  };
}
