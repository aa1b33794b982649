import { z } from "zod";
import type { NamedActor, Requirement } from "./actor.ts";
import { enter, numberParam, page, readBody, textParam } from "./api.ts";
import type { Api, ApiContext } from "./api.ts";
import {
  announceCheckRun,
  announceCheckSuite,
  checkRunJson,
  checkSuiteJson,
  conclusions,
  isSuiteDone,
  latestCheckRuns,
  rerequestRun,
  suiteFor,
} from "./checks.ts";
import type { CheckRun, CheckSuite } from "./checks.ts";
import { getCommit, resolveCommit } from "./commits.ts";
import { Problem, notFound } from "./problem.ts";
import type { Repository } from "./repository.ts";
import { now } from "./world.ts";
import type { World } from "./world.ts";

/** GitHub's limits: https://docs.github.com/en/rest/checks/runs. */
const limits = {
  annotations: 50,
  text: 65_535,
  actions: 3,
  actionLabel: 20,
  actionDescription: 40,
  actionIdentifier: 20,
};

const annotation = z.object({
  path: z.string().min(1),
  start_line: z.number().int(),
  end_line: z.number().int(),
  start_column: z.number().int().optional(),
  end_column: z.number().int().optional(),
  annotation_level: z.enum(["notice", "warning", "failure"]),
  message: z
    .string()
    .min(1)
    .max(64 * 1024),
  title: z.string().max(255).optional(),
  raw_details: z
    .string()
    .max(64 * 1024)
    .optional(),
});

const output = z.object({
  title: z.string().optional(),
  summary: z.string().max(limits.text, `Only ${limits.text} characters are allowed`).optional(),
  text: z.string().max(limits.text, `Only ${limits.text} characters are allowed`).nullish(),
  annotations: z
    .array(annotation)
    .max(limits.annotations, `No more than ${limits.annotations} annotations a request`)
    .optional(),
});

const action = z.object({
  label: z.string().min(1).max(limits.actionLabel),
  description: z.string().min(1).max(limits.actionDescription),
  identifier: z.string().min(1).max(limits.actionIdentifier),
});

const changes = z.object({
  name: z.string().min(1).optional(),
  details_url: z.string().optional(),
  external_id: z.string().optional(),
  status: z.enum(["queued", "in_progress", "completed"]).optional(),
  started_at: z.string().optional(),
  conclusion: z.enum(conclusions).optional(),
  completed_at: z.string().optional(),
  output: output.optional(),
  actions: z.array(action).max(limits.actions).optional(),
});

const creation = changes.extend({ name: z.string().min(1), head_sha: z.string().min(40) });

const read: Requirement = { app: ["checks"], level: "read", role: "read" };
/** No person may write check runs, whatever their role. */
const write: Requirement = { app: ["checks"], level: "write", role: "read" };

/** Check runs and suites: the front's own, because the emulator knows neither their app nor their limits. */
export function checkRoutes(api: Api, world: World): void {
  const root = "/repos/:owner/:repo";

  api.post(`${root}/check-runs`, async (c) => {
    const { repository, actor } = enter(world, c, write);
    assertApp(actor);
    const body = await readBody(c, creation);
    const sha = await resolveCommit(repository.directory, body.head_sha);
    if (sha === undefined) throw new Problem(422, `No commit found for SHA: ${body.head_sha}`);
    assertConcluded(body, null);
    const run = addCheckRun(world, repository, { sha, name: body.name, foreignApp: undefined });
    update(run, body);
    tell(world, repository, { run, created: true, sender: actor.login });
    return c.json(checkRunJson(world, repository, run), 201);
  });

  api.patch(`${root}/check-runs/:id`, async (c) => {
    const { repository, actor } = enter(world, c, write);
    assertApp(actor);
    const run = findRun(repository, numberParam(c, "id"));
    if (run.foreignApp !== undefined)
      throw new Problem(403, "Invalid app_id: only the app that made a check run may change it");
    const body = await readBody(c, changes);
    assertConcluded(body, run.conclusion);
    const wasCompleted = run.status === "completed";
    update(run, body);
    if (!wasCompleted) tell(world, repository, { run, created: false, sender: actor.login });
    return c.json(checkRunJson(world, repository, run));
  });

  api.get(`${root}/check-runs/:id`, (c) => {
    const { repository } = enter(world, c, read);
    return c.json(checkRunJson(world, repository, findRun(repository, numberParam(c, "id"))));
  });

  api.get(`${root}/check-runs/:id/annotations`, (c) => {
    const { repository } = enter(world, c, read);
    const { annotations, sha } = findRun(repository, numberParam(c, "id"));
    const nothing = { start_column: null, end_column: null, title: null, raw_details: null };
    const blob = `${world.origin}/${repository.owner}/${repository.name}/blob/${sha}`;
    return c.json(page(c, annotations).map((one) => ({ ...nothing, ...one, blob_href: `${blob}/${one.path}` })));
  });

  api.get(`${root}/commits/:ref{.+}/check-runs`, async (c) => {
    const { repository } = enter(world, c, read);
    const { sha } = await getCommit(repository.directory, textParam(c, "ref"));
    const all = c.req.query("filter") === "all";
    const runs = all ? repository.checkRuns.filter((run) => run.sha === sha) : latestCheckRuns(repository, sha);
    return listRuns(world, c, { repository, runs });
  });

  api.get(`${root}/check-suites/:id/check-runs`, (c) => {
    const { repository } = enter(world, c, read);
    const runs = repository.checkRuns.filter((run) => run.suiteId === numberParam(c, "id"));
    return listRuns(world, c, { repository, runs });
  });

  api.get(`${root}/commits/:ref{.+}/check-suites`, async (c) => {
    const { repository } = enter(world, c, read);
    const { sha } = await getCommit(repository.directory, textParam(c, "ref"));
    const suites = repository.checkSuites.filter((suite) => suite.sha === sha);
    const shown = page(c, suites).map((suite) => checkSuiteJson(world, repository, suite));
    return c.json({ total_count: suites.length, check_suites: shown });
  });

  api.get(`${root}/check-suites/:id`, (c) => {
    const { repository } = enter(world, c, read);
    return c.json(checkSuiteJson(world, repository, findSuite(repository, numberParam(c, "id"))));
  });

  api.post(`${root}/check-runs/:id/rerequest`, (c) => {
    const { repository, actor } = enter(world, c, write);
    rerequestRun(world, findRun(repository, numberParam(c, "id")), { repository, sender: actor.login });
    return c.json({}, 201);
  });

  api.post(`${root}/check-suites/:id/rerequest`, (c) => {
    const { repository, actor } = enter(world, c, write);
    const suite = findSuite(repository, numberParam(c, "id"));
    announceCheckSuite(world, suite, { repository, sender: actor.login, action: "rerequested" });
    return c.json({}, 201);
  });
}

function assertApp(actor: NamedActor): void {
  if (actor.kind !== "installation") throw new Problem(403, "You must authenticate via a GitHub App.");
}

export function addCheckRun(
  world: World,
  repository: Repository,
  { sha, name, foreignApp }: Pick<CheckRun, "sha" | "name" | "foreignApp">,
): CheckRun {
  const run: CheckRun = {
    id: world.nextId(),
    suiteId: suiteFor(world, repository, { sha, branch: null, foreignApp }).id,
    sha,
    foreignApp,
    name,
    status: "queued",
    conclusion: null,
    externalId: "",
    detailsUrl: null,
    startedAt: now(),
    completedAt: null,
    title: null,
    summary: null,
    text: null,
    annotations: [],
    actions: [],
  };
  repository.checkRuns.push(run);
  return run;
}

function assertConcluded({ status, conclusion }: z.infer<typeof changes>, before: CheckRun["conclusion"]): void {
  if (status !== "completed" || conclusion !== undefined || before !== null) return;
  throw new Problem(422, "Invalid request. `conclusion` is required when `status` is `completed`.");
}

/** Applies a request. A conclusion completes a run; a status without one reopens it; annotations add up. */
function update(run: CheckRun, body: z.infer<typeof changes>): void {
  if (body.name !== undefined) run.name = body.name;
  if (body.details_url !== undefined) run.detailsUrl = body.details_url;
  if (body.external_id !== undefined) run.externalId = body.external_id;
  if (body.started_at !== undefined) run.startedAt = body.started_at;
  if (body.actions !== undefined) run.actions = body.actions;
  if (body.output !== undefined) {
    run.title = body.output.title ?? run.title;
    run.summary = body.output.summary ?? run.summary;
    run.text = body.output.text ?? run.text;
    run.annotations.push(...(body.output.annotations ?? []));
  }
  if (body.conclusion !== undefined) complete(run, body.conclusion, body.completed_at);
  else if (body.status !== undefined && body.status !== "completed") reopen(run, body.status);
}

function complete(run: CheckRun, conclusion: NonNullable<CheckRun["conclusion"]>, at: string | undefined): void {
  run.status = "completed";
  run.conclusion = conclusion;
  run.completedAt = at ?? now();
}

function reopen(run: CheckRun, status: CheckRun["status"]): void {
  run.status = status;
  run.conclusion = null;
  run.completedAt = null;
}

/** `created`, then `completed` when the run is, then the suite's own when that was its last. */
export function tell(
  world: World,
  repository: Repository,
  { run, created, sender }: { readonly run: CheckRun; readonly created: boolean; readonly sender: string },
): void {
  if (created) announceCheckRun(world, run, { repository, sender, action: "created" });
  if (run.status !== "completed") return;
  announceCheckRun(world, run, { repository, sender, action: "completed" });
  const suite = findSuite(repository, run.suiteId);
  const all = repository.checkRuns.filter(({ suiteId }) => suiteId === suite.id);
  if (isSuiteDone(suite, all)) {
    announceCheckSuite(world, suite, { repository, sender, action: "completed" });
  }
}

export function findRun(repository: Repository, id: number): CheckRun {
  const run = repository.checkRuns.find((one) => one.id === id);
  if (run === undefined) throw notFound();
  return run;
}

function findSuite(repository: Repository, id: number): CheckSuite {
  const suite = repository.checkSuites.find((one) => one.id === id);
  if (suite === undefined) throw notFound();
  return suite;
}

interface RunList {
  readonly repository: Repository;
  readonly runs: readonly CheckRun[];
}

function listRuns(world: World, c: ApiContext, { repository, runs }: RunList) {
  const name = c.req.query("check_name");
  const status = c.req.query("status");
  const appId = c.req.query("app_id");
  const chosen = runs
    .filter((run) => name === undefined || run.name === name)
    .filter((run) => status === undefined || run.status === status)
    .filter((run) => appId === undefined || (run.foreignApp === undefined && Number(appId) === world.app.id))
    .toReversed();
  const shown = page(c, chosen).map((run) => checkRunJson(world, repository, run));
  return c.json({ total_count: chosen.length, check_runs: shown });
}
