import { createHash } from "node:crypto";
import { compileStrategy } from "../domain/strategy/compileStrategy.ts";
import type { StrategyInput } from "../domain/strategy/compileStrategy.ts";
import { holdStrictly } from "../domain/strategy/holdStrictly.ts";
import type { Strategy } from "../domain/strategy/strategy.ts";
import { canonicalJson } from "../domain/canonicalJson.ts";

/**
 * Compiles a strategy and gives it its hash: SHA-256, in hex, of its canonical JSON. Equal strategies have equal hashes.
 *
 * `strict`: somebody wishes every phase to be held to the strict profile.
 */
export function freezeStrategy(input: StrategyInput, { strict = false } = {}): Strategy {
  const compiled = strict ? holdStrictly(compileStrategy(input)) : compileStrategy(input);
  return { hash: createHash("sha256").update(canonicalJson(compiled)).digest("hex"), ...compiled };
}
