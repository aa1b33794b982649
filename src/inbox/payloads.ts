import { z } from "zod";
import type { Repository } from "../domain/repository.ts";
import type { Sha } from "../domain/ids.ts";

/** The parts of GitHub's webhook payloads that Autopack reads. Everything else in them is passed over. */
const user = z.object({ login: z.string().min(1), type: z.string().optional() });

const repository = z
  .object({
    id: z.int(),
    name: z.string().min(1),
    private: z.boolean(),
    default_branch: z.string().min(1),
    owner: z.object({ login: z.string().min(1) }),
  })
  .transform(({ id, name, private: isPrivate, default_branch: defaultBranch, owner }) => ({
    id,
    name,
    isPrivate,
    defaultBranch,
    owner: owner.login,
  }));

const sha = z
  .string()
  .regex(/^[0-9a-f]{40}$/)
  .transform((text) => text as Sha);

const scope = z.object({ repository, installation: z.object({ id: z.int() }), sender: user });

const issue = z.object({
  number: z.int(),
  title: z.string(),
  body: z
    .string()
    .nullish()
    .transform((body) => body ?? ""),
  state: z.string(),
  pull_request: z
    .object({})
    .nullish()
    .transform((pull) => pull ?? null),
});

export const issueLabeled = scope.extend({ issue, label: z.object({ name: z.string() }).optional() });

export const commentCreated = scope.extend({
  issue,
  comment: z.object({ id: z.int(), body: z.string(), user: user.nullable() }),
});

export const pullClosed = scope.extend({
  pull_request: z.object({
    number: z.int(),
    merged: z.boolean(),
    merge_commit_sha: sha.nullish().transform((merge) => merge ?? null),
    merged_by: user.nullish(),
    head: z.object({ ref: z.string(), repo: z.object({ id: z.int() }).nullable() }),
  }),
});

export const pushed = scope.extend({ ref: z.string(), deleted: z.boolean().default(false) });

export const scoped = scope;

export function repositoryOf(payload: z.infer<typeof scope>): Repository {
  return { ...payload.repository, installationId: payload.installation.id };
}
