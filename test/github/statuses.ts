import { z } from "zod";
import { accountJson, nodeId } from "./accounts.ts";
import type { Requirement } from "./actor.ts";
import { announce } from "./announce.ts";
import { enter, page, readBody, textParam } from "./api.ts";
import type { Api } from "./api.ts";
import { commitJson, getCommit } from "./commits.ts";
import { latestCheckRuns } from "./checks.ts";
import { repositoryJson } from "./repositoryJson.ts";
import type { Repository } from "./repository.ts";
import { now } from "./world.ts";
import type { World } from "./world.ts";

export interface CommitStatus {
  readonly id: number;
  readonly sha: string;
  readonly context: string;
  readonly state: "error" | "failure" | "pending" | "success";
  readonly description: string | null;
  readonly targetUrl: string | null;
  readonly login: string;
  readonly createdAt: string;
}

/** The latest word on each context and check name of a commit, the way branch protection looks at it. */
export function contextStates(
  repository: Repository,
  sha: string,
): ReadonlyMap<string, "success" | "pending" | "failing"> {
  const states = new Map<string, "success" | "pending" | "failing">();
  for (const status of latestStatuses(repository, sha)) {
    states.set(status.context, status.state === "success" || status.state === "pending" ? status.state : "failing");
  }
  for (const run of latestCheckRuns(repository, sha)) {
    const passed = ["success", "neutral", "skipped"].includes(run.conclusion ?? "");
    states.set(run.name, run.status === "completed" ? (passed ? "success" : "failing") : "pending");
  }
  return states;
}

function latestStatuses(repository: Repository, sha: string): readonly CommitStatus[] {
  const own = repository.statuses.filter((status) => status.sha === sha);
  return [...new Map(own.map((status) => [status.context, status])).values()];
}

const request = z.object({
  state: z.enum(["error", "failure", "pending", "success"]),
  context: z.string().default("default"),
  description: z.string().max(140).nullish(),
  target_url: z.string().nullish(),
});

const read: Requirement = { app: ["statuses"], level: "read", role: "read" };

/** Commit statuses, which the emulator lacks. */
export function statusRoutes(api: Api, world: World): void {
  const root = "/repos/:owner/:repo";

  api.post(`${root}/statuses/:sha`, async (c) => {
    const { repository, actor } = enter(world, c, { ...read, level: "write", role: "write" });
    const { state, context, description, target_url } = await readBody(c, request);
    const commit = await getCommit(repository.directory, textParam(c, "sha"));
    const status: CommitStatus = {
      id: world.nextId(),
      sha: commit.sha,
      context,
      state,
      description: description ?? null,
      targetUrl: target_url ?? null,
      login: actor.login,
      createdAt: now(),
    };
    repository.statuses.push(status);
    const shown = statusJson(world, repository, status);
    const body = {
      ...shown,
      sha: commit.sha,
      name: repository.name,
      commit: commitJson(world, repository, commit),
      branches: [],
    };
    announce(world, { event: "status", repository, sender: actor.login, body });
    return c.json(shown, 201);
  });

  api.get(`${root}/commits/:ref{.+}/statuses`, async (c) => {
    const { repository } = enter(world, c, read);
    const { sha } = await getCommit(repository.directory, textParam(c, "ref"));
    const own = repository.statuses.filter((status) => status.sha === sha).toReversed();
    return c.json(page(c, own).map((status) => statusJson(world, repository, status)));
  });

  api.get(`${root}/commits/:ref{.+}/status`, async (c) => {
    const { repository } = enter(world, c, read);
    const { sha } = await getCommit(repository.directory, textParam(c, "ref"));
    const statuses = latestStatuses(repository, sha);
    const url = `${world.origin}/api/v3/repos/${repository.owner}/${repository.name}/commits/${sha}`;
    return c.json({
      state: combined(statuses),
      statuses: page(c, statuses).map((status) => statusJson(world, repository, status)),
      sha,
      total_count: statuses.length,
      repository: repositoryJson(world, repository),
      commit_url: url,
      url: `${url}/status`,
    });
  });
}

function combined(statuses: readonly CommitStatus[]): "failure" | "pending" | "success" {
  if (statuses.some(({ state }) => state === "failure" || state === "error")) return "failure";
  if (statuses.length === 0 || statuses.some(({ state }) => state === "pending")) return "pending";
  return "success";
}

function statusJson({ origin, accounts }: World, repository: Repository, status: CommitStatus) {
  const creator = accountJson(accounts.get(status.login), origin);
  return {
    url: `${origin}/api/v3/repos/${repository.owner}/${repository.name}/statuses/${status.sha}`,
    avatar_url: creator.avatar_url,
    id: status.id,
    node_id: nodeId("Status", status.id),
    state: status.state,
    description: status.description,
    target_url: status.targetUrl,
    context: status.context,
    created_at: status.createdAt,
    updated_at: status.createdAt,
    creator,
  };
}
