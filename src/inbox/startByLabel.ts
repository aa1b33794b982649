import type { z } from "zod";
import { wishesOf } from "../commands/labels.ts";
import { roleAtLeast } from "../domain/role.ts";
import { NO_WISHES } from "../domain/wishes.ts";
import { isLiveRun } from "../domain/run.ts";
import type { Run } from "../domain/run.ts";
import { publicationsOf } from "../store/publications.ts";
import { saveRepository } from "../store/repositories.ts";
import { findRunOfIssue } from "../store/runs.ts";
import type { InboxDeps } from "./deps.ts";
import { repositoryOf } from "./payloads.ts";
import type { issueLabeled } from "./payloads.ts";
import { refuseLabel } from "./refuseLabel.ts";
import { startRun } from "./startRun.ts";

/**
 * A start label on an issue starts a run in the form that the start labels there ask for together, when whoever set it may
 * write. A refused label is answered in one line and taken off.
 */
export async function startByLabel(payload: z.infer<typeof issueLabeled>, deps: InboxDeps): Promise<void> {
  const label = payload.label?.name ?? "";
  const repository = repositoryOf(payload);
  const { number: issueNumber, title, body, state } = payload.issue;
  const requester = payload.sender.login;
  const labels = [...payload.issue.labels, label];
  const place = { repositoryId: repository.id, number: issueNumber };
  const newest = await findRunOfIssue(deps.store.knex, place);
  if (newest !== null && (await isUsedUpBy(newest, label, deps))) return;
  const change = { repository, number: issueNumber, label, by: requester };
  const role = await deps.forge.roleOf(requester);
  await deps.store.knex.transaction(async (tx) => {
    await saveRepository(tx, repository);
    const refuse = async (why: string): Promise<void> => refuseLabel(tx, { change, why, takeOff: true }, deps);
    if (!roleAtLeast(role, "write")) return refuse("starting a run needs write access to the repository");
    if (state !== "open") return refuse("the issue is closed");
    const request = { issueNumber, title, body, requester, wishes: wishesOf(labels) ?? NO_WISHES };
    const start = await startRun(tx, { repository, request, labels }, deps);
    if (start.kind === "refused") await refuse(start.why);
  });
}

/**
 * It was set together with the label that has started this run, which counts and takes off both; asked of GitHub where it may be
 * off already.
 */
async function isUsedUpBy(run: Run, label: string, { store, forge }: InboxDeps): Promise<boolean> {
  if (!isLiveRun(run.state)) return false;
  const name = label.toLowerCase();
  const noted = (await publicationsOf(store.knex, run.id)).get(`label:${name}`);
  if (noted === undefined || noted.digest === "on") return noted !== undefined;
  const issue = await forge.findIssue(run.request.issueNumber);
  return issue !== null && !issue.labels.some((other) => other.toLowerCase() === name);
}
