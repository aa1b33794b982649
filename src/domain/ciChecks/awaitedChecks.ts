import type { AwaitedCheck } from "../awaitedCheck.ts";
import type { Settings } from "../settings.ts";
import type { CiProfile } from "../strategy/strategy.ts";

/** The repository's own checks that a CI profile waits for; the strict one waits for those of the normal one as well. */
export function awaitedChecks(settings: Settings, profile: CiProfile): readonly AwaitedCheck[] {
  return profile === "strict" ? [...settings.ciChecks, ...settings.ciStrictChecks] : settings.ciChecks;
}
