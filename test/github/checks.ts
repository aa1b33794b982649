import { nodeId } from "./accounts.ts";
import { announce } from "./announce.ts";
import { appJson } from "./present.ts";
import { fullName } from "./repository.ts";
import type { Repository } from "./repository.ts";
import { now } from "./world.ts";
import type { World } from "./world.ts";

export const conclusions = [
  "action_required",
  "cancelled",
  "failure",
  "neutral",
  "skipped",
  "stale",
  "success",
  "timed_out",
] as const;
export type Conclusion = (typeof conclusions)[number];

export interface Annotation {
  readonly path: string;
  readonly start_line: number;
  readonly end_line: number;
  readonly start_column?: number | undefined;
  readonly end_column?: number | undefined;
  readonly annotation_level: "notice" | "warning" | "failure";
  readonly message: string;
  readonly title?: string | undefined;
  readonly raw_details?: string | undefined;
}

export interface CheckAction {
  readonly label: string;
  readonly description: string;
  readonly identifier: string;
}

export interface CheckRun {
  readonly id: number;
  readonly suiteId: number;
  readonly sha: string;
  /** `undefined`: the app under test; else the slug of somebody else's CI. */
  readonly foreignApp: string | undefined;
  name: string;
  status: "queued" | "in_progress" | "completed" | "waiting" | "requested" | "pending";
  conclusion: Conclusion | null;
  externalId: string;
  detailsUrl: string | null;
  startedAt: string;
  completedAt: string | null;
  title: string | null;
  summary: string | null;
  text: string | null;
  readonly annotations: Annotation[];
  actions: readonly CheckAction[];
}

export interface CheckSuite {
  readonly id: number;
  readonly sha: string;
  readonly branch: string | null;
  readonly foreignApp: string | undefined;
  readonly createdAt: string;
  /** More jobs will come: it is not completed, even while all that it has are. */
  moreToCome?: boolean;
}

/** The newest run of each name and app on a commit: what `filter=latest` shows. */
export function latestCheckRuns(repository: Repository, sha: string): readonly CheckRun[] {
  const own = repository.checkRuns.filter((run) => run.sha === sha);
  return [...new Map(own.map((run) => [`${run.foreignApp ?? ""} ${run.name}`, run])).values()];
}

/** The suite of an app on a commit, made when there is none yet. */
export function suiteFor(
  world: World,
  repository: Repository,
  on: Pick<CheckSuite, "sha" | "branch" | "foreignApp">,
): CheckSuite {
  const known = repository.checkSuites.find((suite) => suite.sha === on.sha && suite.foreignApp === on.foreignApp);
  if (known !== undefined) return known;
  const suite = { ...on, id: world.nextId(), createdAt: now() };
  repository.checkSuites.push(suite);
  return suite;
}

export interface CheckEvent {
  readonly repository: Repository;
  readonly sender: string;
  readonly action: string;
  readonly requestedAction?: string;
}

export function announceCheckRun(world: World, run: CheckRun, event: CheckEvent): void {
  const { repository, sender, action, requestedAction } = event;
  const requested = requestedAction === undefined ? {} : { requested_action: { identifier: requestedAction } };
  const body = { check_run: checkRunJson(world, repository, run), ...requested };
  announce(world, { event: "check_run", action, repository, sender, body });
}

export function announceCheckSuite(world: World, suite: CheckSuite, event: CheckEvent): void {
  const { repository, sender, action } = event;
  const body = { check_suite: checkSuiteJson(world, repository, suite) };
  announce(world, { event: "check_suite", action, repository, sender, body });
}

/** A person asks for a check to be run again. Its app is told; the run itself stays as it is until the app changes it. */
export function rerequestRun(world: World, run: CheckRun, event: Omit<CheckEvent, "action">): void {
  announceCheckRun(world, run, { ...event, action: "rerequested" });
}

function ownerApp(world: World, slug: string | undefined) {
  if (slug === undefined) return appJson(world);
  return {
    ...appJson(world),
    id: 15368,
    slug,
    name: slug,
    node_id: `app-${slug}`,
    html_url: `${world.origin}/apps/${slug}`,
  };
}

function pullsOf(world: World, repository: Repository, sha: string) {
  const { origin } = world;
  const place = { id: repository.id, url: `${origin}/api/v3/repos/${fullName(repository)}`, name: repository.name };
  return [...repository.pulls.values()]
    .filter((pull) => pull.open && pull.head.sha === sha && pull.head.repository === repository)
    .map((pull) => ({
      url: `${place.url}/pulls/${pull.number}`,
      id: pull.id,
      number: pull.number,
      head: { ref: pull.head.ref, sha: pull.head.sha, repo: place },
      base: { ref: pull.base.ref, sha: pull.base.sha, repo: place },
    }));
}

export function checkRunJson(world: World, repository: Repository, run: CheckRun) {
  const url = `${world.origin}/api/v3/repos/${fullName(repository)}/check-runs/${run.id}`;
  const html = `${world.origin}/${fullName(repository)}/runs/${run.id}`;
  const suite = repository.checkSuites.find(({ id }) => id === run.suiteId);
  return {
    id: run.id,
    name: run.name,
    node_id: nodeId("CheckRun", run.id),
    head_sha: run.sha,
    external_id: run.externalId,
    url,
    html_url: html,
    details_url: run.detailsUrl ?? html,
    status: run.status,
    conclusion: run.conclusion,
    started_at: run.startedAt,
    completed_at: run.completedAt,
    output: {
      title: run.title,
      summary: run.summary,
      text: run.text,
      annotations_count: run.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    actions: run.actions,
    check_suite: suite === undefined ? null : { ...checkSuiteJson(world, repository, suite) },
    app: ownerApp(world, run.foreignApp),
    pull_requests: pullsOf(world, repository, run.sha),
  };
}

export function isSuiteDone(suite: CheckSuite, runs: readonly CheckRun[]): boolean {
  return suite.moreToCome !== true && runs.length > 0 && runs.every((run) => run.status === "completed");
}

/** Status and conclusion of a suite follow from its runs: the worst of them, once all are done. */
export function checkSuiteJson(world: World, repository: Repository, suite: CheckSuite) {
  const runs = repository.checkRuns.filter((run) => run.suiteId === suite.id);
  const done = isSuiteDone(suite, runs);
  const started = runs.some((run) => run.status !== "queued");
  const worst = ["failure", "timed_out", "cancelled", "action_required", "stale"].find((bad) =>
    runs.some((run) => run.conclusion === bad),
  );
  const url = `${world.origin}/api/v3/repos/${fullName(repository)}/check-suites/${suite.id}`;
  return {
    id: suite.id,
    node_id: nodeId("CheckSuite", suite.id),
    head_branch: suite.branch,
    head_sha: suite.sha,
    status: done ? "completed" : started ? "in_progress" : "queued",
    conclusion: done ? (worst ?? "success") : null,
    url,
    before: null,
    after: suite.sha,
    app: ownerApp(world, suite.foreignApp),
    created_at: suite.createdAt,
    updated_at: suite.createdAt,
    latest_check_runs_count: runs.length,
    check_runs_url: `${url}/check-runs`,
    pull_requests: pullsOf(world, repository, suite.sha),
  };
}
