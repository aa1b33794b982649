import { codeOwners, CODEOWNERS_PATHS } from "../config/codeOwners.ts";
import { workflowStarts } from "../config/workflowStarts.ts";
import { awaitedChecks } from "../domain/ciChecks/awaitedChecks.ts";
import type { Ground } from "../domain/ground.ts";
import type { GroundFacts, HostFacts, WorkflowFacts } from "../domain/ground/groundFacts.ts";
import { groundNotes } from "../domain/ground/groundNotes.ts";
import { lacksPermission } from "../domain/ground/permissionNotes.ts";
import type { Sha } from "../domain/ids.ts";
import { isLanded } from "../domain/phase.ts";
import type { BaseCommit } from "../domain/planned.ts";
import type { Repository } from "../domain/repository.ts";
import { rulesOf } from "../domain/rulesOf.ts";
import type { Run } from "../domain/run.ts";
import type { Settings } from "../domain/settings.ts";
import type { CiProfile } from "../domain/strategy/strategy.ts";
import type { RunForm } from "../domain/wishes.ts";
import type { Forge } from "../ports/forge.ts";
import { knownHostFacts, saveHostFacts } from "../store/hostFacts.ts";
import type { JobDeps } from "./handler.ts";
import { filesAt } from "./repositoryFiles.ts";

/** A repository with more workflows is judged by these. */
const MAX_WORKFLOWS = 100;
const WORKFLOW = /^\.github\/workflows\/[^/]+\.ya?ml$/;
/** Configurations of CI services that are not GitHub Actions. */
const OTHER_CI =
  /^(\.circleci\/config\.yml|\.travis\.yml|\.gitlab-ci\.yml|\.cirrus\.yml|\.drone\.yml|\.buildkite\/.+|azure-pipelines\.yml|appveyor\.yml|Jenkinsfile|bitrise\.yml|\.woodpecker(\.yml|\/.+)|\.semaphore\/.+)$/;
/** A branch of a run as it might be called. */
const RUN_BRANCH = "autonomous/1-aaaaaaaa";

interface GroundOrder {
  readonly repository: Repository;
  readonly base: BaseCommit;
  readonly settings: Settings;
  readonly form: RunForm;
  /** The strictest that its phases call for. */
  readonly profile: CiProfile;
  /** All files of the base. */
  readonly files: readonly string[];
  /** Paths and globs that are changed, or expected to be. */
  readonly changed: readonly string[];
}

/** Looks at the repository before a run is begun: two calls to GitHub at most every ten minutes, the rest comes from git. */
export async function groundOf(order: GroundOrder, deps: JobDeps): Promise<Ground> {
  const { repository, base, settings } = order;
  const forge = await deps.forges.of(repository);
  const host = await hostFacts(order, forge, deps);
  const known: Omit<GroundFacts, "permissions"> = {
    host,
    baseBranch: base.branch,
    workflows: await workflowsOf(order, deps),
    otherCi: order.files.filter((path) => OTHER_CI.test(path)),
    promotion: settings.promotion,
    awaited: awaitedChecks(settings, order.profile).map(({ check }) => check),
    dryRun: order.form === "dry_run",
  };
  const facts = { ...known, permissions: await forge.permissions({ renewed: false }) };
  // Somebody may have granted what is missing since the token was made.
  const settled = lacksPermission(facts)
    ? { ...known, permissions: await forge.permissions({ renewed: true }) }
    : facts;
  return {
    rules: host?.rules ?? null,
    codeOwners: await ownersOf(order, deps),
    notes: groundNotes(settled),
  };
}

/** The same for a run that has been built: by what it has changed, and by the base as it is now. */
export async function groundOfHead(
  run: Run,
  { head, base }: { readonly head: Sha; readonly base: Sha },
  deps: JobDeps,
): Promise<Ground | null> {
  const { repository, settings } = run;
  if (settings === null || run.base === null) return null;
  return groundOf(
    {
      repository,
      base: { branch: run.base.branch, sha: base },
      settings,
      form: run.request.wishes.form,
      profile: run.phases.filter(isLanded).some((phase) => rulesOf(run, phase).ciProfile === "strict")
        ? "strict"
        : "normal",
      files: await deps.git.listFiles(repository, { sha: base, under: "" }),
      changed: await deps.git.changedPaths(repository, { from: base, to: head }),
    },
    deps,
  );
}

async function hostFacts({ repository, base }: GroundOrder, forge: Forge, deps: JobDeps): Promise<HostFacts | null> {
  const db = deps.store.knex;
  const place = { repositoryId: repository.id, branch: base.branch };
  const known = await knownHostFacts(db, place);
  if (known !== undefined) return known;
  const facts = await forge.hostFacts(base.branch);
  await saveHostFacts(db, place, facts);
  return facts;
}

async function workflowsOf({ repository, base, files }: GroundOrder, deps: JobDeps): Promise<readonly WorkflowFacts[]> {
  const paths = files.filter((path) => WORKFLOW.test(path)).slice(0, MAX_WORKFLOWS);
  const sources = await filesAt(repository, paths, { sha: base.sha, git: deps.git });
  return sources.flatMap((source) => workflowStarts(source, { run: RUN_BRANCH, base: base.branch }) ?? []);
}

async function ownersOf(
  { repository, base, files, changed }: GroundOrder,
  deps: JobDeps,
): Promise<Ground["codeOwners"]> {
  const path = CODEOWNERS_PATHS.find((candidate) => files.includes(candidate));
  if (path === undefined) return [];
  const text = await deps.git.readFile(repository, { sha: base.sha, path });
  return text === null ? [] : codeOwners(text, [...new Set(changed)]);
}
