import { expect } from "vitest";
import type { Run } from "../../src/domain/run.ts";
import type { CheckRun } from "../github/checks.ts";
import type { World } from "../harness/world.ts";

export const GREET = { "src/greet.js": "export const greet = (name = 'you') => `hello ${name}`;\n" };

/** A configuration under which one approval is needed. */
export const APPROVED = { config: { promotion: { approvals: 1 } } };

/** A run that waits for nothing but its merge, or its approval. */
export async function promotable(world: World): Promise<Run> {
  world.agent.edits(GREET);
  return world.settled(await world.labelIssue("autopack"), "promotable");
}

/** The one check run of a name on a commit. */
export function check(world: World, sha: string | null, name: string): CheckRun {
  const found = world.github.checks(sha ?? "").filter((run) => run.name === `autopack/${name}`);
  expect(found).toHaveLength(1);
  return found[0] as CheckRun;
}

/** Its verdict in words. */
export function said(run: CheckRun): string {
  return `${run.conclusion ?? run.status}: ${run.title ?? ""}`;
}
