import { GATES } from "./gate.ts";
import type { GateName } from "./gate.ts";
import type { RunId, Sha } from "./ids.ts";

export type CheckName = GateName | "promotion" | "config";

/** Stands for a run in the check runs on commits that are no run's. */
export const FOREIGN = "foreign";

/** How a check run made by an earlier try is found again, and how a button leads back to its run. */
export function externalId(of: RunId | typeof FOREIGN, check: CheckName, sha: Sha): string {
  return `${of}/${check}/${sha}`;
}

export interface ExternalId {
  readonly of: RunId | typeof FOREIGN;
  readonly check: CheckName;
  readonly sha: Sha;
}

/** Null for what is no external id of ours. */
export function readExternalId(text: string): ExternalId | null {
  const [, of, name, sha] = /^(foreign|[0-9]+-[a-z0-9]{8})\/([a-z]+)\/([0-9a-f]{40})$/.exec(text) ?? [];
  const check = [...GATES, "promotion" as const, "config" as const].find((known) => known === name);
  if (of === undefined || sha === undefined || check === undefined) return null;
  return { of: of as RunId | typeof FOREIGN, check, sha: sha as Sha };
}
