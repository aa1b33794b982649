import { createHash } from "node:crypto";
import type { Objection } from "../domain/objection.ts";

/**
 * Names an objection by what it is about, never by where it stands: an override is bound to this. Cryptographic, as it must not
 * be possible to write other code that passes for what somebody has accepted.
 */
export function fingerprint(about: Pick<Objection, "ruleSet" | "rule" | "path">, subject: string): string {
  const text = JSON.stringify([about.ruleSet, about.rule, about.path, subject]);
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}
