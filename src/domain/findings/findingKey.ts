import { cutText, plainLine } from "../plainText.ts";
import type { Finding } from "../finding.ts";
import { shortHash } from "./shortHash.ts";

const MAX_TITLE = 200;
/** More of a title is not looked at: a hostile one must not cost time. */
const MAX_READ = 1000;
/** Longer paths are told apart by a digest: keys are indexed, and shown. */
const MAX_PATH = 180;

/** Times and hashes before bare numbers, of which they are made. */
const CHANGING = [
  /\b[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\b/g,
  /0x[\da-f]+|\b[\da-f]{7,}\b/g,
  /\d+(?:[.,:]\d+)* ?(?:[mnµμ]s|m(?:in(?:utes?)?)?|s(?:ec(?:onds?)?)?|h(?:ours?)?)\b/g,
  // Not what belongs to a name, such as TS2322 or CVE-2026-12.
  /(?<![\p{L}\d_-])\d+(?:[.,:]\d+)*/gu,
  // What several of these have made of one place or version.
  /#(?:[.,:]#)+/g,
] as const;

/**
 * What tells one problem from another: the path, and the title without what changes from time to time (numbers, times,
 * hashes). Lines move, and who saw it matters not, so neither is in it. At most 400 characters.
 */
export function findingKey({ title, path }: Pick<Finding, "title" | "path">): string {
  return `${path === null ? "" : place(path)}: ${normalised(title)}`;
}

/** What a path ends with must not look like what a title begins with. */
function place(path: string): string {
  const whole = path.replace(/^(?:\.\/)+/, "").replaceAll(/[%:]/g, (sign) => (sign === "%" ? "%25" : "%3A"));
  return whole.length <= MAX_PATH ? whole : `${cutText(whole, MAX_PATH - 20)}~${shortHash(whole)}`;
}

function normalised(title: string): string {
  const steady = CHANGING.reduce(
    (text, pattern) => text.replaceAll(pattern, "#"),
    title.slice(0, MAX_READ).toLowerCase(),
  );
  return plainLine(steady.replaceAll(/[“”‘’"'`]/g, ""), MAX_TITLE);
}
