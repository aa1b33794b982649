import { z } from "zod";
import { announce } from "./announce.ts";
import { hasRole, permit } from "./actor.ts";
import type { NamedActor, Requirement, Role } from "./actor.ts";
import { enter, numberParam, page, readBody, textParam } from "./api.ts";
import type { Api, ApiContext } from "./api.ts";
import type { EmulatorRequest } from "./emulator.ts";
import { changeIssue } from "./issueChange.ts";
import { issueHistory } from "./issueHistory.ts";
import { ask, issueSchema, readIssue } from "./issueStore.ts";
import type { Repository } from "./repository.ts";
import type { World } from "./world.ts";

/** GitHub's limit for the text of an issue, pull request or comment, in characters. */
export const longestBody = 65_536;

export const bodyText = z.string().max(longestBody, `body is too long (maximum is ${longestBody} characters)`);

const text = z.object({
  title: z.string().max(256).optional(),
  body: bodyText.nullish(),
  state: z.enum(["open", "closed"]).optional(),
  state_reason: z.enum(["completed", "not_planned", "reopened", "duplicate"]).nullish(),
  assignees: z.array(z.string()).optional(),
  milestone: z.union([z.string(), z.number()]).nullish(),
});

/** Names alone, or objects with a name: GitHub takes both. */
const labelList = z
  .array(z.union([z.string(), z.object({ name: z.string() })]))
  .transform((labels) => labels.map((label) => (typeof label === "string" ? label : label.name)));
const withLabels = text.extend({ labels: labelList.optional() });
const labelsBody = z.union([z.object({ labels: labelList }), labelList.transform((labels) => ({ labels }))]);

export function issueRequirement(level: "read" | "write", role: Role): Requirement {
  return { app: ["issues"], level, role };
}

/** On a number that is a pull request, either permission will do. */
function either(level: "read" | "write", role: Role): Requirement {
  return { app: ["issues", "pull_requests"], level, role };
}

/** Issues, their labels and assignees: kept by the emulator, judged and announced here. */
export function issueRoutes(api: Api, world: World): void {
  const root = "/repos/:owner/:repo/issues";

  api.get(root, (c) => passOn(world, c, issueRequirement("read", "read")));
  api.get(`${root}/:number`, (c) => passOn(world, c, either("read", "read")));
  api.get(`${root}/:number/labels`, (c) => passOn(world, c, either("read", "read")));
  api.get(`${root}/:number/events`, async (c) => {
    const { repository } = enter(world, c, either("read", "read"));
    return c.json(page(c, await issueHistory(world, repository, numberParam(c, "number"))));
  });
  api.get(`${root}/:number/timeline`, (c) => passOn(world, c, either("read", "read")));

  api.post(root, async (c) => {
    const { repository, actor } = enter(world, c, issueRequirement("write", "read"));
    const { title, ...rest } = await readBody(c, withLabels.extend({ title: z.string().min(1).max(256) }));
    const { labels, assignees, milestone, ...plain } = rest;
    // GitHub drops, without a word, what somebody may not set.
    const privileged = mayTriage(repository, actor) ? { labels, assignees, milestone } : {};
    const body = { title, ...plain, ...privileged };
    const answer = await ask(world, repository, { login: actor.login, method: "POST", path: "/issues", body });
    const issue = issueSchema.parse(answer.body);
    announce(world, { event: "issues", action: "opened", repository, sender: actor.login, body: { issue } });
    for (const label of issue.labels) {
      announce(world, { event: "issues", action: "labeled", repository, sender: actor.login, body: { issue, label } });
    }
    return c.json(issue, 201);
  });

  api.patch(`${root}/:number`, async (c) => {
    const { repository, actor } = enter(world, c, either("write", "read"));
    const number = numberParam(c, "number");
    const body = await readBody(c, withLabels);
    const issue = await readIssue(world, repository, number);
    if (issue.user.login !== actor.login) permit(actor, repository, either("write", "triage"));
    return change(world, c, { repository, actor, number, request: { method: "PATCH", path: "", body } });
  });

  for (const method of ["POST", "PUT"] as const) {
    api.on(method, `${root}/:number/labels`, async (c) => {
      const { repository, actor } = enter(world, c, either("write", "triage"));
      const body = await readBody(c, labelsBody);
      const request = { method, path: "/labels", body };
      return change(world, c, { repository, actor, number: numberParam(c, "number"), request });
    });
  }

  api.delete(`${root}/:number/labels/:name`, (c) => {
    const { repository, actor } = enter(world, c, either("write", "triage"));
    const request = { method: "DELETE", path: `/labels/${encodeURIComponent(textParam(c, "name"))}` };
    return change(world, c, { repository, actor, number: numberParam(c, "number"), request });
  });

  for (const { method, path } of [
    { method: "DELETE", path: "/labels" },
    { method: "PUT", path: "/lock" },
    { method: "DELETE", path: "/lock" },
    { method: "POST", path: "/assignees" },
    { method: "DELETE", path: "/assignees" },
  ]) {
    api.on(method, `${root}/:number${path}`, async (c) => {
      const { repository, actor } = enter(world, c, either("write", "triage"));
      const body = await readBody(c, z.looseObject({}));
      return change(world, c, { repository, actor, number: numberParam(c, "number"), request: { method, path, body } });
    });
  }
}

/** Labels of the repository and milestones: the emulator's, announced where GitHub does. */
export function labelRoutes(api: Api, world: World): void {
  for (const kind of ["label", "milestone"] as const) {
    const root = `/repos/:owner/:repo/${kind}s`;
    api.get(root, (c) => passOn(world, c, either("read", "read")));
    api.get(`${root}/:key`, (c) => passOn(world, c, either("read", "read")));
    for (const [method, action] of [
      ["POST", "created"],
      ["PATCH", "edited"],
      ["DELETE", "deleted"],
    ] as const) {
      api.on(method, method === "POST" ? root : `${root}/:key`, async (c) => {
        const { repository, actor } = enter(world, c, either("write", kind === "label" ? "write" : "triage"));
        const body = await readBody(c, z.looseObject({}));
        const path = pathBelow(c);
        const answer = await ask(world, repository, { login: actor.login, method, path, body });
        const subject = { [kind]: answer.body ?? {} };
        announce(world, { event: kind, action, repository, sender: actor.login, body: subject });
        return respond(c, answer);
      });
    }
  }
}

function mayTriage(repository: Repository, actor: NamedActor): boolean {
  return actor.kind === "installation" || hasRole(repository, actor.login, "triage");
}

interface Change {
  readonly repository: Repository;
  readonly actor: NamedActor;
  readonly number: number;
  /** `path` below the issue. */
  readonly request: EmulatorRequest;
}

async function change(world: World, c: ApiContext, { repository, actor, number, request }: Change): Promise<Response> {
  const path = `/issues/${number}${request.path}`;
  const full = { repository, number, login: actor.login, request: { ...request, path } };
  return respond(c, await changeIssue(world, full));
}

/** Answers a read with what the emulator says. */
export async function passOn(world: World, c: ApiContext, requirement: Requirement): Promise<Response> {
  const { repository } = enter(world, c, requirement);
  const path = `${pathBelow(c)}${new URL(c.req.url).search}`;
  return respond(c, await ask(world, repository, { login: world.botLogin, method: "GET", path }));
}

function pathBelow(c: ApiContext): string {
  return new URL(c.req.url).pathname.replace(/^(\/api\/v3)?\/repos\/[^/]+\/[^/]+/, "");
}

function respond(
  c: ApiContext,
  answer: { readonly status: number; readonly body: unknown; readonly link: string | null },
) {
  if (answer.link !== null) c.header("Link", answer.link);
  if (answer.body === undefined) return c.body(null, 204);
  return Response.json(answer.body, {
    status: answer.status,
    headers: answer.link === null ? {} : { Link: answer.link },
  });
}
