import { z } from "zod";
import type { EmulatorRequest } from "./emulator.ts";
import { present } from "./present.ts";
import { Problem, notFound } from "./problem.ts";
import type { Repository } from "./repository.ts";
import type { World } from "./world.ts";

const label = z.looseObject({
  id: z.number(),
  node_id: z.string(),
  url: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  color: z.string(),
  default: z.boolean(),
});
const account = z.looseObject({ login: z.string() });

export const issueSchema = z.looseObject({
  id: z.number(),
  node_id: z.string(),
  number: z.number(),
  title: z.string(),
  body: z.string().nullable(),
  state: z.enum(["open", "closed"]),
  locked: z.boolean(),
  user: account,
  labels: z.array(label),
  assignees: z.array(account),
  comments: z.number(),
  created_at: z.string(),
  updated_at: z.string(),
  closed_at: z.string().nullable(),
});

export const commentSchema = z.looseObject({
  id: z.number(),
  node_id: z.string(),
  body: z.string(),
  user: account,
  created_at: z.string(),
  updated_at: z.string(),
  issue_url: z.string(),
  html_url: z.string(),
});

/** An issue as GitHub shows it; pull requests have one, too. */
export type IssueJson = z.infer<typeof issueSchema>;
export type CommentJson = z.infer<typeof commentSchema>;

const refusal = z.looseObject({ message: z.string() });

/**
 * One request to the emulator about a repository, in the name of `login`; `path` starts after `/repos/owner/name`.
 *
 * @throws Problem with the emulator's own status and message when it refuses
 */
export async function ask(
  world: World,
  repository: Repository,
  { login, ...request }: EmulatorRequest & { readonly login: string },
): Promise<{ readonly status: number; readonly body: unknown; readonly link: string | null }> {
  const path = `/repos/${repository.emulated}${request.path}`;
  const answer = await world.emulator.request(login, { ...request, path });
  if (answer.status >= 400) throw new Problem(answer.status, refusal.safeParse(answer.body).data?.message ?? "Error");
  return { ...answer, body: present(world, repository, answer.body), link: linkOf(world, repository, answer.link) };
}

function linkOf(world: World, repository: Repository, link: string | null): string | null {
  if (link === null) return null;
  return link.replaceAll(/<https?:\/\/[^/]+([^>]*)>/g, (_, path: string) => {
    const own = path.replace(`/${repository.emulated}`, `/${repository.owner}/${repository.name}`);
    return `<${world.origin}/api/v3${own}>`;
  });
}

/** @throws Problem 404 */
export async function readIssue(world: World, repository: Repository, number: number): Promise<IssueJson> {
  if (!Number.isInteger(number)) throw notFound();
  const answer = await ask(world, repository, { login: world.botLogin, method: "GET", path: `/issues/${number}` });
  return issueSchema.parse(answer.body);
}

/** @throws Problem 404 */
export async function readComment(world: World, repository: Repository, id: number): Promise<CommentJson> {
  const path = `/issues/comments/${id}`;
  const answer = await ask(world, repository, { login: world.botLogin, method: "GET", path });
  return commentSchema.parse(answer.body);
}

export function issueNumberOf(comment: CommentJson): number {
  return Number(comment.issue_url.split("/").at(-1));
}
