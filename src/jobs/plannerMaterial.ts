import { PROTECTED_ALWAYS } from "../config/pathRules.ts";
import type { Role } from "../domain/role.ts";
import { strategyOf } from "../domain/rulesOf.ts";
import type { Run } from "../domain/run.ts";
import type { Settings } from "../domain/settings.ts";
import type { TriagedIssue } from "../domain/triage/triageForFree.ts";
import type { Forge, IssueCommentView } from "../ports/forge.ts";
import { commentsAtTrigger } from "../prompts/commentsAtTrigger.ts";
import type { PlannerComment, PlannerMaterial } from "../prompts/plannerInstructions.ts";
import { runAskedAt } from "../store/runAskedAt.ts";
import { getRun } from "../store/runs.ts";
import { liveRunsOf } from "../store/runsOfRepository.ts";
import type { JobDeps } from "./handler.ts";

/** People whose rights are asked for, one call each; those who come later are strangers. */
const MAX_PEOPLE = 10;
const MAX_OTHERS = 30;

/**
 * Gathers what a planner is told: the issue as the run froze it, what people with rights wrote below it before the run was asked
 * for, and what the repository implies. `run` has been configured: it has settings, a strategy and a base.
 */
export async function plannerMaterial(
  run: Run & { readonly settings: Settings; readonly base: NonNullable<Run["base"]> },
  deps: JobDeps,
): Promise<PlannerMaterial> {
  const { repository, request, settings, base } = run;
  const strategy = strategyOf(run);
  const forge = await deps.forges.of(repository);
  const until = await runAskedAt(deps.store.knex, run.id);
  const written = commentsAtTrigger(await forge.issueComments(request.issueNumber, { until }), until);
  const comments = await byPeopleWithRights(written, forge);
  const others = await issuesAtWork(run, deps);
  return {
    repository,
    baseBranch: base.branch,
    issue: { number: request.issueNumber, title: request.title, body: request.body },
    comments,
    strangersComments: written.length - comments.length,
    facts: {
      paths: await deps.git.listFiles(repository, { sha: base.sha, under: "" }),
      strategy,
      checks: {
        preflight: settings.preflight.map((step) => step.run),
        ci: settings.ci.map((step) => step.run),
      },
      protectedPaths: [...PROTECTED_ALWAYS, ...settings.paths.protected],
      allowedPaths: settings.paths.allowed,
    },
    others: others.map(({ number, title }) => ({ number, title })),
    maxPhases: strategy.maxPhases,
    feedback: run.planner?.feedback ?? null,
  };
}

/** The issues that other live runs of the repository are working on, as those runs froze them. */
export async function issuesAtWork(run: Run, { store }: Pick<JobDeps, "store">): Promise<readonly TriagedIssue[]> {
  const ids = (await liveRunsOf(store.knex, run.repository.id)).filter((id) => id !== run.id).slice(0, MAX_OTHERS);
  const runs = await Promise.all(ids.map(async (id) => getRun(store.knex, id)));
  return runs.map(({ request }) => ({ number: request.issueNumber, title: request.title, body: request.body }));
}

/** Whoever may label an issue may explain it. GitHub says for nothing who cannot have rights; the others are asked for. */
async function byPeopleWithRights(
  comments: readonly IssueCommentView[],
  forge: Pick<Forge, "roleOf">,
): Promise<readonly PlannerComment[]> {
  const people = new Set(comments.flatMap(({ author, isInsider }) => (isInsider && author !== null ? [author] : [])));
  const roles = new Map<string, Role>();
  for (const login of [...people].slice(0, MAX_PEOPLE)) roles.set(login, await forge.roleOf(login));
  return comments.flatMap(({ author, body }) => {
    const role = author === null ? undefined : roles.get(author);
    return author === null || role === undefined || role === "none" || role === "read" ? [] : [{ author, role, body }];
  });
}
