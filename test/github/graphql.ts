import { z } from "zod";
import { permit } from "./actor.ts";
import type { Actor, NamedActor } from "./actor.ts";
import { readBody } from "./api.ts";
import type { Api } from "./api.ts";
import { GraphqlSyntaxError, parseGraphql } from "./graphqlDocument.ts";
import type { GraphqlField, GraphqlValue } from "./graphqlDocument.ts";
import { disableAutoMerge, dequeue, enableAutoMerge, enqueue } from "./autoMerge.ts";
import { changeIssue } from "./issueChange.ts";
import { bodyText } from "./issues.ts";
import { Problem } from "./problem.ts";
import { setDraft, setPullState } from "./pullChange.ts";
import { pullJson } from "./pullJson.ts";
import type { Pull } from "./pulls.ts";
import type { Repository } from "./repository.ts";
import { repositoryNode } from "./repositoryNode.ts";
import type { World } from "./world.ts";

const value: z.ZodType<GraphqlValue> = z.lazy(() =>
  z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(value), z.record(z.string(), value)]),
);
const request = z.object({
  query: z.string(),
  variables: z.record(z.string(), value).nullish(),
  operationName: z.string().nullish(),
});

interface Failure {
  readonly type: string;
  readonly path: readonly string[];
  readonly message: string;
}

/**
 * The few things REST cannot do. Fields run one after the other; one that fails is null and listed in `errors`, and the
 * ones after it run all the same, as on GitHub, which answers 200 either way.
 */
export function graphqlRoute(api: Api, world: World): void {
  api.post("/", async (c) => {
    const { query, variables } = await readBody(c, request);
    const actor = c.get("actor");
    if (actor.kind === "nobody") throw new Problem(401, "This endpoint requires you to be authenticated.");
    try {
      const operation = parseGraphql(query, variables ?? {});
      const data: Record<string, unknown> = {};
      const errors: Failure[] = [];
      for (const field of operation.fields) {
        try {
          data[field.key] = await (operation.kind === "mutation" ? mutate : ask)(world, actor, field);
        } catch (error) {
          data[field.key] = null;
          errors.push(failure(error, field));
        }
      }
      return c.json({ data, ...(errors.length === 0 ? {} : { errors }) });
    } catch (error) {
      if (!(error instanceof GraphqlSyntaxError)) throw error;
      return c.json({ errors: [{ message: error.message }] });
    }
  });
}

function failure(error: unknown, field: GraphqlField): Failure {
  if (error instanceof z.ZodError) return { type: "UNPROCESSABLE", path: [field.key], message: z.prettifyError(error) };
  if (!(error instanceof Problem)) throw error;
  const types: Readonly<Record<number, string>> = { 403: "FORBIDDEN", 404: "NOT_FOUND" };
  return { type: types[error.status] ?? "UNPROCESSABLE", path: [field.key], message: error.message };
}

const pullInput = z
  .object({ pullRequestId: z.string().optional(), id: z.string().optional(), clientMutationId: z.string().nullish() })
  .transform(({ pullRequestId, id, clientMutationId }) => ({
    pullRequestId: pullRequestId ?? id ?? "",
    clientMutationId,
  }));
const mergeInput = z.object({
  expectedHeadOid: z.string().optional(),
  mergeMethod: z
    .enum(["MERGE", "SQUASH", "REBASE"])
    .default("MERGE")
    .transform((method) => method.toLowerCase() as "merge" | "squash" | "rebase"),
  commitHeadline: z.string().nullish(),
});
const updateInput = z.object({
  title: z.string().min(1).max(256).nullish(),
  body: bodyText.nullish(),
  state: z.enum(["OPEN", "CLOSED"]).nullish(),
});

async function mutate(world: World, actor: Actor, field: GraphqlField): Promise<unknown> {
  const input = field.arguments["input"] ?? {};
  const { pullRequestId, clientMutationId } = pullInput.parse(input);
  const target = findTarget(world, actor, { id: pullRequestId, level: "write" });
  const event = { ...target, login: target.actor.login };
  if (field.name === "markPullRequestReadyForReview") await setDraft(world, event, false);
  else if (field.name === "convertPullRequestToDraft") await setDraft(world, event, true);
  else if (field.name === "updatePullRequest") await updatePull(world, target, updateInput.parse(input));
  else if (field.name === "enablePullRequestAutoMerge") await enableAutoMerge(world, mergeOrder(target, input));
  else if (field.name === "disablePullRequestAutoMerge") await disableAutoMerge(world, target);
  else if (field.name === "enqueuePullRequest") await enqueue(world, mergeOrder(target, input));
  else if (field.name === "dequeuePullRequest") await dequeue(world, target);
  else throw new Problem(501, `Field '${field.name}' doesn't exist on type 'Mutation' of the stand-in`);
  const pullRequest = await pullNode(world, target);
  const mergeQueueEntry = pullRequest["mergeQueueEntry"];
  return project(field.selection, { clientMutationId: clientMutationId ?? null, pullRequest, mergeQueueEntry });
}

function mergeOrder(target: Target, input: unknown): Parameters<typeof enableAutoMerge>[1] {
  const { expectedHeadOid: expectedHead, mergeMethod: method, commitHeadline } = mergeInput.parse(input);
  return { ...target, expectedHead, method, title: commitHeadline ?? undefined };
}

async function updatePull(world: World, target: Target, input: z.infer<typeof updateInput>): Promise<void> {
  const { repository, pull, actor } = target;
  const text = {
    ...(input.title === undefined || input.title === null ? {} : { title: input.title }),
    ...(input.body === undefined || input.body === null ? {} : { body: input.body }),
  };
  if (Object.keys(text).length > 0) {
    const change = { method: "PATCH", path: `/issues/${pull.number}`, body: text };
    await changeIssue(world, { repository, number: pull.number, login: actor.login, request: change });
  }
  const state = input.state === "OPEN" ? "open" : "closed";
  const moves = input.state !== undefined && input.state !== null && pull.open !== (state === "open");
  if (moves) await setPullState(world, { repository, pull, login: actor.login }, state);
}

async function ask(world: World, actor: Actor, field: GraphqlField): Promise<unknown> {
  if (field.name === "viewer") {
    const login = "login" in actor ? actor.login : world.botLogin;
    return project(field.selection, { login });
  }
  if (field.name === "repository") return project(field.selection, repositoryNode(world, actor, field));
  if (field.name !== "node")
    throw new Problem(501, `Field '${field.name}' doesn't exist on type 'Query' of the stand-in`);
  const target = findTarget(world, actor, { id: z.string().parse(field.arguments["id"]), level: "read" });
  return project(field.selection, await pullNode(world, target));
}

interface Target {
  readonly repository: Repository;
  readonly pull: Pull;
  readonly actor: NamedActor;
}

function findTarget(
  world: World,
  actor: Actor,
  { id, level }: { readonly id: string; readonly level: "read" | "write" },
): Target {
  for (const repository of world.repositories) {
    const pull = [...repository.pulls.values()].find(({ nodeId }) => nodeId === id);
    if (pull !== undefined) {
      const own = "login" in actor && actor.login === pull.author;
      const role = level === "read" || own ? "read" : "write";
      return { repository, pull, actor: permit(actor, repository, { app: ["pull_requests"], level, role }) };
    }
  }
  throw new Problem(404, `Could not resolve to a node with the global id of '${id}'`);
}

async function pullNode(world: World, { repository, pull }: Target): Promise<Readonly<Record<string, unknown>>> {
  const shown = await pullJson(world, repository, pull);
  const states = {
    clean: "CLEAN",
    dirty: "DIRTY",
    draft: "DRAFT",
    blocked: "BLOCKED",
    behind: "BEHIND",
    unstable: "UNSTABLE",
    unknown: "UNKNOWN",
  };
  const mergeable = shown.mergeable === null ? "UNKNOWN" : shown.mergeable ? "MERGEABLE" : "CONFLICTING";
  return {
    __typename: "PullRequest",
    id: shown.node_id,
    number: shown.number,
    title: shown.title,
    body: shown.body ?? "",
    url: shown.html_url,
    isDraft: shown.draft,
    merged: shown.merged,
    mergeable,
    mergeStateStatus: states[shown.mergeable_state],
    state: pull.merged === undefined ? shown.state.toUpperCase() : "MERGED",
    headRefName: shown.head.ref,
    headRefOid: shown.head.sha,
    baseRefName: shown.base.ref,
    baseRefOid: shown.base.sha,
    mergeCommit: shown.merge_commit_sha === null ? null : { oid: shown.merge_commit_sha },
    autoMergeRequest: pull.autoMerge === undefined ? null : { enabledAt: pull.autoMerge.at },
    mergeQueueEntry: pull.queued === undefined ? null : { id: `MQE_${pull.number}`, state: "QUEUED", position: 1 },
  };
}

function picked(selection: readonly GraphqlField[], found: unknown): unknown {
  return typeof found === "object" && found !== null ? project(selection, { ...found }) : found;
}

/** Picks the asked fields. @throws Problem for one the stand-in does not have */
function project(selection: readonly GraphqlField[], from: Readonly<Record<string, unknown>>): unknown {
  const entries = selection.map(({ key, name, selection: inner }) => {
    if (!(name in from)) throw new Problem(501, `Field '${name}' is not known to the stand-in`);
    const found = from[name];
    return [key, Array.isArray(found) ? found.map((one: unknown) => picked(inner, one)) : picked(inner, found)];
  });
  return Object.fromEntries(entries);
}
