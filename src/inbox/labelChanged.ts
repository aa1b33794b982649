import { labelMeaning } from "../commands/labels.ts";
import { saveRepository } from "../store/repositories.ts";
import { findRunOfIssue, findRunOfPull } from "../store/runs.ts";
import { correctLabel } from "./correctLabel.ts";
import type { InboxDeps } from "./deps.ts";
import { holdByLabel, unholdByLabel } from "./holdByLabel.ts";
import { isPerson } from "./isPerson.ts";
import { issueLabeled, pullLabeled as pullSchema, repositoryOf } from "./payloads.ts";
import { startByLabel } from "./startByLabel.ts";

/** A label that a person set on an issue: it starts a run, holds it, or is Autopack's own and set right. */
export async function labeled(raw: unknown, deps: InboxDeps): Promise<void> {
  await issueLabelChanged(raw, deps, { isOn: true });
}

/** A label that a person took off an issue: a hold is lifted, and Autopack's own label is set right. */
export async function unlabeled(raw: unknown, deps: InboxDeps): Promise<void> {
  await issueLabelChanged(raw, deps, { isOn: false });
}

/** On a pull request only a hold label means something, and only where it is a run's own. */
export async function pullLabeled(raw: unknown, deps: InboxDeps): Promise<void> {
  await pullLabelChanged(raw, deps, { isOn: true });
}

export async function pullUnlabeled(raw: unknown, deps: InboxDeps): Promise<void> {
  await pullLabelChanged(raw, deps, { isOn: false });
}

interface Turned {
  readonly isOn: boolean;
}

async function issueLabelChanged(raw: unknown, deps: InboxDeps, { isOn }: Turned): Promise<void> {
  const payload = issueLabeled.parse(raw);
  const meaning = labelMeaning(payload.label?.name ?? "");
  if (meaning === null || payload.issue.pull_request !== null || !(await isPerson(payload.sender, deps))) return;
  const { number } = payload.issue;
  const repository = repositoryOf(payload);
  switch (meaning.kind) {
    case "start":
      return isOn ? startByLabel(payload, deps) : undefined;
    case "hold": {
      await saveRepository(deps.store.knex, repository);
      const run = await findRunOfIssue(deps.store.knex, { repositoryId: repository.id, number });
      const change = { repository, number, run, label: meaning.name, by: payload.sender.login };
      return isOn ? holdByLabel(change, deps) : unholdByLabel(change, deps);
    }
    case "state":
      return correctLabel({ repositoryId: repository.id, number, name: meaning.name, isOn }, deps);
  }
}

async function pullLabelChanged(raw: unknown, deps: InboxDeps, { isOn }: Turned): Promise<void> {
  const payload = pullSchema.parse(raw);
  const meaning = labelMeaning(payload.label?.name ?? "");
  if (meaning?.kind !== "hold" || !(await isPerson(payload.sender, deps))) return;
  const { number } = payload.pull_request;
  const repository = repositoryOf(payload);
  const run = await findRunOfPull(deps.store.knex, { repositoryId: repository.id, number });
  if (run === null) return;
  const change = { repository, number, run, label: meaning.name, by: payload.sender.login };
  await (isOn ? holdByLabel(change, deps) : unholdByLabel(change, deps));
}
