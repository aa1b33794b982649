import { CONFIG_PATHS, readConfig } from "../config/readConfig.ts";
import type { CheckRun } from "../domain/checkRun.ts";
import type { IntentOf } from "../domain/intent.ts";
import type { Sha } from "../domain/ids.ts";
import type { Repository } from "../domain/repository.ts";
import { policyFaults } from "../domain/strategy/policyFaults.ts";
import type { Forge } from "../ports/forge.ts";
import { configReview } from "../projections/configReview.ts";
import type { ConfigReview } from "../projections/configReview.ts";
import type { JobDeps } from "./handler.ts";

interface Change {
  readonly repository: Repository;
  readonly sha: Sha;
  readonly why: IntentOf<"show_foreign">["why"];
  readonly pullNumber: number;
}

/**
 * What a pull request would make of the configuration; null when it does not touch it. Its text is only read: nothing of it is
 * obeyed. One call, three where it is touched.
 */
export async function reviewConfig(
  change: Change,
  { deps, forge }: { readonly deps: Pick<JobDeps, "policy">; readonly forge: Forge },
): Promise<CheckRun | null> {
  const paths = await forge.pullPaths(change.pullNumber);
  if (!paths.some((path) => CONFIG_PATHS.includes(path))) return null;
  const { sha, repository } = change;
  const files: { readonly path: string; readonly text: string }[] = [];
  for (const path of CONFIG_PATHS) {
    const text = await forge.readText({ sha, path });
    if (text !== null) files.push({ path, text });
  }
  return configReview(sha, judge(files, change, deps), repository.defaultBranch);
}

function judge(
  files: Parameters<typeof readConfig>[0],
  { repository, why }: Change,
  { policy }: Pick<JobDeps, "policy">,
): ConfigReview {
  const config = readConfig(files, { defaultBranch: repository.defaultBranch });
  switch (config.kind) {
    case "missing":
      return { kind: "removed" };
    case "two_files": {
      const message = `there are two configurations, ${config.paths.map((path) => `\`${path}\``).join(" and ")}: keep one`;
      const problems = config.paths.map((path) => ({ path, line: 1, column: null, message: "keep one of the two" }));
      return { kind: "refused", message, problems };
    }
    case "invalid":
      return { kind: "refused", message: "the configuration is not valid", problems: config.problems };
    case "ok": {
      // The operator's ceilings are nothing to be probed by strangers.
      const faults = why === "fork_pull" ? [] : policyFaults(config.settings, policy);
      const [message] = faults;
      return message === undefined ? { kind: "valid" } : { kind: "refused", message, problems: [] };
    }
  }
}
