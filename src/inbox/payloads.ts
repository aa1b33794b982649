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

/** Names of the labels on an issue or pull request, as of the moment the webhook was made. */
const labels = z
  .array(z.object({ name: z.string() }))
  .nullish()
  .transform((all) => (all ?? []).map(({ name }) => name));

const issue = z.object({
  number: z.int(),
  labels,
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

export const pullLabeled = scope.extend({
  pull_request: z.object({ number: z.int() }),
  label: z.object({ name: z.string() }).optional(),
});

/** `changes` holds what was edited, as it was before. */
export const issueEdited = scope.extend({
  issue,
  changes: z.object({ title: z.unknown(), body: z.unknown() }).partial().default({}),
});

/** Closed, opened again, deleted or transferred. */
export const issueMoved = scope.extend({ issue });

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

/** Out of the merge queue, or no longer to be merged by itself. */
export const mergeGivenUp = scope.extend({
  action: z.string(),
  reason: z
    .string()
    .nullish()
    .transform((reason) => reason ?? ""),
  pull_request: z.object({ number: z.int(), merged: z.boolean().default(false), head: z.object({ sha }) }),
});

export const pushed = scope.extend({
  ref: z.string(),
  deleted: z.boolean().default(false),
  /** GitHub lists at most 2048. */
  commits: z.array(z.object({ id: sha, message: z.string() })).default([]),
});

const text = z
  .string()
  .nullish()
  .transform((body) => body ?? "");

/** A review as it was given, or as it was when it was dismissed. Its state comes in either case of letters. */
export const reviewGiven = scope.extend({
  pull_request: z.object({ number: z.int(), title: z.string().default(""), body: text, state: z.string() }),
  review: z.object({
    id: z.int(),
    user: user.nullable(),
    body: text,
    state: z.string().transform((state) => state.toLowerCase()),
    commit_id: sha.nullish().transform((commit) => commit ?? null),
  }),
});

export const reviewCommentCreated = scope.extend({
  pull_request: z.object({ number: z.int(), title: z.string().default(""), body: text, state: z.string() }),
  comment: z.object({
    id: z.int(),
    in_reply_to_id: z.int().nullish(),
    path: z.string(),
    line: z.int().nullish(),
    body: z.string(),
    user: user.nullable(),
  }),
});

/** A pull request reopened, turned into a draft or back, or edited: `changes` holds what it was before. */
export const pullChanged = scope.extend({
  pull_request: z.object({ number: z.int(), base: z.object({ ref: z.string() }) }),
  changes: z.object({ base: z.unknown() }).partial().default({}),
});

const briefRepository = z
  .object({ id: z.int(), full_name: z.string(), private: z.boolean() })
  .transform(({ id, full_name: fullName, private: isPrivate }) => {
    const [owner = "", name = ""] = fullName.split("/");
    return { id, owner, name, isPrivate };
  });
const briefly = z.array(briefRepository).default([]);

/** What became of an installation, or of the repositories in it. */
export const installationChanged = z.object({
  installation: z.object({ id: z.int() }),
  repositories: briefly,
  repositories_added: briefly,
  repositories_removed: briefly,
  sender: user,
});

const app = z
  .object({ slug: z.string().nullish() })
  .nullish()
  .transform((maker) => maker ?? null);

/** Of whichever app; what is concluded in it is a hint only. */
export const checkRunCompleted = scope.extend({ check_run: z.object({ head_sha: sha, app }) });
export const checkSuiteCompleted = scope.extend({ check_suite: z.object({ head_sha: sha, app }) });
export const statusChanged = scope.extend({ sha });

export const scoped = scope;

export function repositoryOf(payload: z.infer<typeof scope>): Repository {
  return { ...payload.repository, installationId: payload.installation.id };
}

/** A pull request that has a new head, or was opened again. `repo` is null for a fork that is gone. */
export const pullSeen = scope.extend({
  pull_request: z.object({
    number: z.int(),
    head: z.object({ ref: z.string(), sha, repo: z.object({ id: z.int() }).nullable() }),
  }),
});

/** A merge queue asks about the commit that it would put onto the base. */
export const mergeGroupAsked = scope.extend({ merge_group: z.object({ head_sha: sha, head_ref: z.string() }) });

const ownApp = z.object({ slug: z.string().nullish() }).nullish();
const pullsOnHead = z.array(z.object({ number: z.int() })).default([]);

/** A button of a check run was pressed, or it is to be run again. */
export const checkRunAsked = scope.extend({
  check_run: z.object({
    external_id: z.string().nullish(),
    head_sha: sha,
    app: ownApp,
    check_suite: z.object({ head_branch: z.string().nullish() }).nullish(),
    pull_requests: pullsOnHead,
  }),
  requested_action: z.object({ identifier: z.string() }).nullish(),
});

export type CheckRunAsked = z.infer<typeof checkRunAsked>;

/** All check runs of an app on a commit are to be run again. */
export const checkSuiteAsked = scope.extend({
  check_suite: z.object({
    head_sha: sha,
    head_branch: z.string().nullish(),
    app: ownApp,
    pull_requests: pullsOnHead,
  }),
});
