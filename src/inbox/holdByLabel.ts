import { isHeldBy } from "../commands/labels.ts";
import { roleAtLeast } from "../domain/role.ts";
import { isFinal } from "../domain/run.ts";
import type { Run } from "../domain/run.ts";
import type { SteeringCommand } from "../domain/steering.ts";
import { steerRun } from "../engine/steerRun.ts";
import type { InboxDeps } from "./deps.ts";
import { refuseLabel } from "./refuseLabel.ts";
import type { LabelChange } from "./refuseLabel.ts";

/**
 * A hold label holds the run of its issue, or of its pull request. One by somebody who may not write is answered in one line
 * and taken off.
 *
 * Whether the label is still there is read from GitHub: webhooks may come late, and in any order.
 */
export async function holdByLabel(change: LabelChange, deps: InboxDeps): Promise<void> {
  const { run, label, by } = change;
  if (!(await mayWrite(by, deps))) {
    const why = `\`${label}\` needs write access to the repository`;
    return deps.store.knex.transaction(async (tx) => refuseLabel(tx, { change, why, takeOff: true }, deps));
  }
  if (run === null || isFinal(run.state) || isHeldByLabel(run) || !(await isHeldOnGithub(run, deps))) return;
  const reason = `the label ${label}`;
  await steer(run, { command: { kind: "hold", how: "hold", by, reason, byLabel: true }, change, takeOff: true }, deps);
}

/**
 * The last hold label that goes, of those on the issue and the pull request, lifts the hold that they made.
 *
 * Where somebody who may not write has taken it off, the run stays held, as a command by somebody who may lifts it too.
 */
export async function unholdByLabel(change: LabelChange, deps: InboxDeps): Promise<void> {
  const { run, by } = change;
  if (run === null || isFinal(run.state) || !isHeldByLabel(run) || (await isHeldOnGithub(run, deps))) return;
  if (!(await mayWrite(by, deps))) {
    const why =
      "that needs write access to the repository; the run stays held until somebody who has it types `/autopack unhold`";
    return deps.store.knex.transaction(async (tx) => refuseLabel(tx, { change, why, takeOff: false }, deps));
  }
  await steer(run, { command: { kind: "resume", by, extra: {}, lifts: "label" }, change, takeOff: false }, deps);
}

async function mayWrite(login: string, { forge }: InboxDeps): Promise<boolean> {
  return roleAtLeast(await forge.roleOf(login), "write");
}

async function steer(
  run: Run,
  order: { readonly command: SteeringCommand; readonly change: LabelChange; readonly takeOff: boolean },
  deps: InboxDeps,
): Promise<void> {
  const { command, change, takeOff } = order;
  await steerRun(deps.store, run.id, {
    command,
    heard: async (tx, steering) => {
      if (steering.kind === "refused") await refuseLabel(tx, { change, why: steering.why, takeOff }, deps);
    },
  });
}

function isHeldByLabel({ hold }: Run): boolean {
  return hold?.kind === "person" && hold.byLabel === true;
}

/** Reads the labels of the issue, and of the pull request where there is one: a call each. */
async function isHeldOnGithub({ request, pull }: Run, { forge }: InboxDeps): Promise<boolean> {
  const issue = await forge.findIssue(request.issueNumber);
  if (issue !== null && isHeldBy(issue.labels)) return true;
  const onPull = pull === null ? null : await forge.findIssue(pull.number);
  return onPull !== null && isHeldBy(onPull.labels);
}
