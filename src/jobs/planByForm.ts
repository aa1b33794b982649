import { globMatcher } from "../config/globMatcher.ts";
import type { IssueText } from "../config/planResult.ts";
import { readPlan } from "../config/readPlan.ts";
import { specificationFolder, specificationPlan } from "../config/specificationPlan.ts";
import { planCleanUp } from "../domain/findings/planCleanUp.ts";
import type { BaseCommit } from "../domain/planned.ts";
import type { Plan, Problem } from "../domain/plan.ts";
import type { Repository } from "../domain/repository.ts";
import type { Settings } from "../domain/settings.ts";
import type { Strategy } from "../domain/strategy/strategy.ts";
import type { Wishes } from "../domain/wishes.ts";
import { backlogOf, dueForCleanUp } from "../store/backlogEntries.ts";
import type { JobDeps } from "./handler.ts";
import { taskFiles } from "./repositoryFiles.ts";

interface FormOrder {
  readonly repository: Repository;
  readonly issue: IssueText & { readonly number: number };
  readonly wishes: Wishes;
  readonly base: BaseCommit;
  readonly settings: Settings;
  readonly strategy: Strategy;
}

/** `settings`: as this form of run uses them. */
type FormPlan =
  | { readonly kind: "ok"; readonly plan: Plan; readonly settings: Settings }
  | { readonly kind: "refused"; readonly message: string; readonly problems?: readonly Problem[] };

/** More are never cleaned up by one run. */
const MAX_OPEN = 200;

/** The plan of a run of the form that was wished for. */
export async function planByForm(order: FormOrder, deps: JobDeps): Promise<FormPlan> {
  switch (order.wishes.form) {
    case "change":
    case "dry_run":
      return changePlan(order, deps);
    case "spec":
      return specPlan(order);
    case "debt":
      return debtPlan(order, deps);
  }
}

async function changePlan(
  { repository, issue, base, strategy, settings }: FormOrder,
  deps: JobDeps,
): Promise<FormPlan> {
  const specs = await taskFiles(repository, { sha: base.sha, git: deps.git });
  const made = readPlan({ issue, specs, maxPhases: strategy.maxPhases });
  return made.kind === "refused" ? made : { ...made, settings };
}

/** Nothing but the specification's own folder may change. */
function specPlan({ issue, settings, strategy }: FormOrder): FormPlan {
  const made = specificationPlan(issue, strategy);
  if (made.kind === "refused") return made;
  const folder = specificationFolder(issue.number, issue.title);
  const { allowed } = settings.paths;
  const isAllowed = allowed === null ? (): boolean => true : globMatcher(allowed);
  if (!made.plan.phases.every(({ files }) => files.every(isAllowed)))
    return { kind: "refused", message: `\`paths.allowed\` of the configuration leaves \`${folder}\` out` };
  return { ...made, settings: { ...settings, paths: { ...settings.paths, allowed: [`${folder}**`] } } };
}

/** What is due first; where nothing is, everything that is open. */
async function debtPlan({ repository, settings, strategy }: FormOrder, deps: JobDeps): Promise<FormPlan> {
  const db = deps.store.knex;
  const due = await dueForCleanUp(db, repository.id);
  const open = await backlogOf(db, { repositoryId: repository.id, statuses: ["open"], limit: MAX_OPEN });
  if (due.length + open.length === 0)
    return { kind: "refused", message: "there is nothing to clean up: the backlog of this repository is empty" };
  const room = { existingPhases: [], maxPhases: strategy.maxPhases };
  const urgent = planCleanUp(due, room);
  const phases = urgent.length > 0 ? urgent : planCleanUp(open, room);
  if (phases.length > 0) return { kind: "ok", plan: { source: "backlog", phases }, settings };
  return {
    kind: "refused",
    message:
      "no finding of the backlog names a file, so nothing says where a clean-up would begin; `/autopack backlog` lists them",
  };
}
