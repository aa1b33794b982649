import type { Policy } from "./strategy/overrides.ts";

/** How many runs may start within an hour. */
export interface StartLimits {
  readonly perIssueHour: number;
  readonly perRepositoryHour: number;
}

/** The operator's limits; where there are none, 5 an issue and 30 a repository: more than people need, less than a loop makes. */
export function startLimits(policy: Pick<Policy, "startsPerIssueHour" | "startsPerRepositoryHour">): StartLimits {
  return {
    perIssueHour: policy.startsPerIssueHour ?? 5,
    perRepositoryHour: policy.startsPerRepositoryHour ?? 30,
  };
}
