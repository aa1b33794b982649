import type { Objection } from "../domain/objection.ts";
import type { GateSettings } from "../domain/settings.ts";
import { fingerprint } from "./fingerprint.ts";
import type { ChangedFile } from "./judged.ts";
import { pathMatcher } from "./pathMatcher.ts";

/** A header stands at the top, behind a `#!` line, an encoding or `<?php` at most. */
const MAX_LINES = 60;

/** New files that want the licence header which the configuration asks for. `{year}` in it stands for a year or a span of years. */
export function judgeLicence(files: readonly ChangedFile[], licence: GateSettings["licence"]): readonly Objection[] {
  if (licence === null) return [];
  const isMeant = pathMatcher(licence.files);
  const header = headerPattern(licence.header);
  return files
    .filter(({ path, before, after }) => before === null && after !== null && after.trim() !== "" && isMeant(path))
    .filter(({ after, added }) => added.size > 0 && !header.test(topOf(after ?? "")))
    .map(({ path }) => objection(path, licence.header));
}

/** Words are compared, one blank between them: how a header is wrapped and commented is the language's business. */
function headerPattern(header: string): RegExp {
  const words = plainWords(header)
    .split("{year}")
    .map((part) => part.replaceAll(/[$()*+.?[\\\]^{|}]/g, "\\$&"));
  return new RegExp(words.join(String.raw`\d{4}(?:\s?[-–,]\s?(?:\d{4}|present))*`), "i");
}

function topOf(text: string): string {
  return plainWords(text.split("\n", MAX_LINES).join("\n"));
}

function plainWords(text: string): string {
  return text
    .split("\n")
    .map((line) =>
      line
        .replace(/^\s*(?:\/\*+|\*+\/?|\/\/+!?|#+!?|--+|<!--|;+|%+|"""|''')?\s?/, "")
        .replace(/\s*(?:\*\/|-->|"""|''')\s*$/, ""),
    )
    .join(" ")
    .replaceAll(/\s+/g, " ")
    .trim();
}

function objection(path: string, header: string): Objection {
  const about = { ruleSet: "licence", rule: "header_missing", path } as const;
  return {
    ...about,
    level: "blocks",
    message: "This new file lacks the licence header that the repository asks for.",
    remedy: `Begin the file with this, as a comment: ${header.trim()}`,
    lines: { start: 1, end: 1 },
    side: "after",
    fingerprint: fingerprint(about, header),
  };
}
