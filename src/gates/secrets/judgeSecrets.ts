import { createHash } from "node:crypto";
import type { Objection } from "../../domain/objection.ts";
import { fingerprint } from "../fingerprint.ts";
import type { ChangedFile } from "../judged.ts";
import { pathMatcher } from "../pathMatcher.ts";
import { kindOfSecret } from "./kindOfSecret.ts";
import { loadLinter } from "./loadLinter.ts";
import type { SecretFound } from "./loadLinter.ts";

/** Of a longer text only the added lines are searched: lockfiles and data, where keys do not go over several lines. */
const MAX_WHOLE_LENGTH = 512 * 1024;

interface SecretsAllowed {
  readonly fingerprints: readonly string[];
  readonly files: readonly string[];
}

/**
 * Looks for credentials on the lines that a change adds, by secretlint's recommended rules.
 *
 * The whole file is searched, as keys go over lines, and what lies on old lines is left alone. What is found is never quoted:
 * the kind and the line are named. Comments that switch secretlint off have no say, or a Builder would write one.
 */
export async function judgeSecrets(
  files: readonly ChangedFile[],
  allowed: SecretsAllowed,
): Promise<readonly Objection[]> {
  const isAllowed = pathMatcher(allowed.files);
  const searched = files.filter(({ path, after, added }) => after !== null && added.size > 0 && !isAllowed(path));
  const found: Objection[] = [];
  for (const file of searched) found.push(...(await search(file)));
  return found.filter((each) => !allowed.fingerprints.includes(each.fingerprint));
}

async function search(file: ChangedFile): Promise<readonly Objection[]> {
  const lint = await loadLinter();
  const text = searchedText(file);
  const found = await lint(file.path, text);
  return found.filter((secret) => isAdded(secret, file.added)).map((secret) => objection(secret, file.path, text));
}

function searchedText({ after, added }: ChangedFile): string {
  const text = after ?? "";
  const searched =
    text.length <= MAX_WHOLE_LENGTH
      ? text
      : text
          .split("\n")
          .map((line, index) => (added.has(index + 1) ? line : ""))
          .join("\n");
  return searched.replaceAll(/secretlint-(disable|enable)/gi, (directive) => "x".repeat(directive.length));
}

function isAdded({ startLine, endLine }: SecretFound, added: ReadonlySet<number>): boolean {
  for (let line = startLine; line <= endLine; line += 1) if (added.has(line)) return true;
  return false;
}

function objection({ rule, messageId, startLine, endLine, range }: SecretFound, path: string, text: string): Objection {
  const about = { ruleSet: "secrets", rule: snakeCase(messageId), path } as const;
  const secret = createHash("sha256")
    .update(text.slice(...range))
    .digest("hex");
  return {
    ...about,
    level: "blocks",
    message: `${kindOfSecret(rule, messageId)} is written into the code.`,
    remedy:
      "Take it out, and read it from the environment or a secret store; in a test, make up a value that has not the form of a real one. Whatever was committed anywhere has to be revoked.",
    lines: { start: startLine, end: endLine },
    side: "after",
    fingerprint: fingerprint(about, secret),
  };
}

function snakeCase(text: string): string {
  return text
    .replaceAll(/([a-z])([A-Z])/g, "$1_$2")
    .replaceAll(/\W+/g, "_")
    .toLowerCase();
}
