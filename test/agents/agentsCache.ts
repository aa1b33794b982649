import { homedir } from "node:os";
import { join } from "node:path";

/**
 * Where installed agents are kept between runs, outside of every checkout: hundreds of megabytes each. Laid out as a data folder
 * of Autopack's, so they lie in `agents/` in it.
 */
export function agentsCache(variables: Readonly<Record<string, string | undefined>> = process.env): string {
  const { AUTOPACK_AGENTS_CACHE: own, XDG_CACHE_HOME: caches } = variables;
  return own ?? join(caches ?? join(homedir(), ".cache"), "autopack");
}
