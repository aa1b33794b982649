import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { announceCheckRun, announceCheckSuite, rerequestRun, suiteFor } from "./checks.ts";
import type { CheckRun, Conclusion } from "./checks.ts";
import { addCheckRun, findRun, tell } from "./checkRoutes.ts";
import { emailOf, fileEntries, resolveCommit, writeCommit, zeroSha } from "./commits.ts";
import type { Files } from "./commits.ts";
import { personHeader } from "./front.ts";
import { gitAnswer } from "./git.ts";
import { commentSchema, issueSchema } from "./issueStore.ts";
import type { CommentJson, IssueJson } from "./issueStore.ts";
import type { MergeMethod } from "./merge.ts";
import { dequeue, mergeWaiting } from "./autoMerge.ts";
import { findPull } from "./pullRoutes.ts";
import { formMergeGroup } from "./mergeGroups.ts";
import { protectBranch } from "./protection.ts";
import type { NewRuleset } from "./rulesets.ts";
import type { ProtectionRequest } from "./protection.ts";
import type { PullJson } from "./repositoryReads.ts";
import { fullName, initBare } from "./repository.ts";
import type { Repository } from "./repository.ts";
import { setDraft } from "./pullChange.ts";
import type { ReactionContent } from "./reactions.ts";
import type { ReviewRequest } from "./reviews.ts";
import type { Site } from "./routes.ts";
import { now } from "./world.ts";
import type { World } from "./world.ts";

export interface As {
  readonly as: string;
}

export interface NewPush extends As {
  readonly branch: string;
  /** Null deletes the file. */
  readonly files: Files;
  readonly message: string;
  readonly force?: boolean;
  /** Any name of a commit; the branch's own head, or the default branch's for a new branch. */
  readonly parent?: string;
}

/** A check run of somebody else's CI. */
export interface ForeignCheck {
  readonly sha: string;
  readonly name: string;
  readonly status?: "queued" | "in_progress" | "completed";
  readonly conclusion?: Conclusion;
  readonly title?: string;
  /** A workflow whose next job begins only after this one. Until a later report of its suite says otherwise. */
  readonly moreToCome?: boolean;
  /** Slug; `github-actions` unless told. */
  readonly app?: string;
}

/** What people, and other apps, do in one repository: with their own permissions, webhooks and all. */
export interface RepositoryPeople {
  createIssue(
    issue: As & { readonly title: string; readonly body?: string; readonly labels?: readonly string[] },
  ): Promise<IssueJson>;
  editIssue(number: number, edit: As & { readonly title?: string; readonly body?: string }): Promise<void>;
  closeIssue(number: number, by: As): Promise<void>;
  reopenIssue(number: number, by: As): Promise<void>;
  addLabel(number: number, label: string, by: As): Promise<void>;
  removeLabel(number: number, label: string, by: As): Promise<void>;
  comment(number: number, body: string, by: As): Promise<CommentJson>;
  editComment(id: number, body: string, by: As): Promise<void>;
  react(commentId: number, content: ReactionContent, by: As): Promise<void>;
  openPull(
    pull: As & {
      readonly head: string;
      readonly base?: string;
      readonly title: string;
      readonly body?: string;
      readonly draft?: boolean;
    },
  ): Promise<PullJson>;
  /** Returns the merge commit. */
  mergePull(number: number, merge: As & { readonly method?: MergeMethod; readonly sha?: string }): Promise<string>;
  closePull(number: number, by: As): Promise<void>;
  reopenPull(number: number, by: As): Promise<void>;
  /** Returns the review's id. */
  review(number: number, review: As & ReviewRequest): Promise<number>;
  dismissReview(number: number, review: number, by: As & { readonly message: string }): Promise<void>;
  /** A single comment on a line, or with `replyTo` in a thread; returns its id. */
  reviewComment(
    number: number,
    comment: As & { readonly body: string; readonly path?: string; readonly line?: number; readonly replyTo?: number },
  ): Promise<number>;
  deleteReviewComment(id: number, by: As): Promise<void>;
  setDraft(number: number, draft: boolean, by: As): Promise<void>;
  /** Has the pull request go into another branch. */
  changeBase(number: number, base: string, by: As): Promise<void>;
  /** A real `git push` over HTTP of one new commit; returns its SHA. Throws when it is refused. */
  pushCommit(push: NewPush): Promise<string>;
  /** A real `git push` over HTTP that moves a branch, there or back. */
  pushRef(branch: string, to: As & { readonly sha: string; readonly force?: boolean }): Promise<void>;
  deleteBranch(branch: string, by: As): Promise<void>;
  /** Adds a ruleset, and gives what takes it away again. */
  addRuleset(ruleset: NewRuleset): () => void;
  /** GitHub's turn: it puts a pull request onto its base, on a branch of the merge queue, and asks for the checks of that commit. */
  formMergeGroup(number: number): Promise<string>;
  /** GitHub's turn: it merges what was left to its auto-merge or queue and waits for nothing any more. */
  mergeWaiting(): Promise<readonly number[]>;
  /** Takes a pull request out of the merge queue. */
  dequeue(number: number, by: As): Promise<void>;
  /** Null lifts the protection. */
  protect(branch: string, rules: ProtectionRequest | null): Promise<void>;
  reportCheck(check: ForeignCheck): CheckRun;
  reportStatus(
    status: As & {
      readonly sha: string;
      readonly context: string;
      readonly state: "error" | "failure" | "pending" | "success";
    },
  ): Promise<void>;
  /** Presses a button of a check run. */
  requestAction(checkRunId: number, identifier: string, by: As): void;
  /** Presses "Re-run" on a check run. */
  rerequestCheck(checkRunId: number, by: As): void;
  /** Presses "Re-run all checks" of the app under test on a commit. */
  rerequestSuite(sha: string, by: As): void;
  changeSettings(by: As & Readonly<Record<string, unknown>>): Promise<void>;
}

export interface PeopleOptions {
  readonly world: World;
  readonly site: Site;
  readonly repository: Repository;
}

export function repositoryPeople({ world, site, repository }: PeopleOptions): RepositoryPeople {
  const { directory } = repository;

  /** One REST request in process, as somebody. */
  async function act(
    login: string,
    request: { readonly method: string; readonly path: string; readonly body?: unknown },
  ): Promise<unknown> {
    const url = `${world.origin}/api/v3/repos/${fullName(repository)}${request.path}`;
    const body = request.body === undefined ? {} : { body: JSON.stringify(request.body) };
    const actor = { kind: "user" as const, login };
    const response = await site.fetch(new Request(url, { method: request.method, ...body }), { actor });
    const text = await response.text();
    if (!response.ok)
      throw new Error(`${login}: ${request.method} ${request.path} was answered ${response.status} ${text}`);
    return text === "" ? undefined : JSON.parse(text);
  }

  let scratch: Promise<string> | undefined;
  /** A repository to write commits in; it borrows the objects of the real one, which get nothing but what is pushed. */
  function scratchDirectory(): Promise<string> {
    scratch ??= makeScratch(directory);
    return scratch;
  }

  async function push(login: string, refspec: string, force: boolean): Promise<void> {
    const token = world.tokens.user(login);
    const url = `${world.origin.replace("://", `://x-access-token:${token}@`)}/${fullName(repository)}.git`;
    const args = [
      "-c",
      `http.extraHeader=${personHeader}: 1`,
      "push",
      "--quiet",
      ...(force ? ["--force"] : []),
      url,
      refspec,
    ];
    const answer = await gitAnswer(await scratchDirectory(), args);
    if (answer.exitCode !== 0)
      throw new Error(`${login}: push of ${refspec} was refused: ${answer.stderr.replaceAll(token, "***")}`);
  }

  const setState = (number: number, login: string, state: "open" | "closed") =>
    act(login, { method: "PATCH", path: `/issues/${number}`, body: { state } });
  const setPullState = (number: number, login: string, state: "open" | "closed") =>
    act(login, { method: "PATCH", path: `/pulls/${number}`, body: { state } });

  return {
    createIssue: async ({ as, ...body }) => issueSchema.parse(await act(as, { method: "POST", path: "/issues", body })),
    editIssue: async (number, { as, ...body }) =>
      void (await act(as, { method: "PATCH", path: `/issues/${number}`, body })),
    closeIssue: async (number, { as }) => void (await setState(number, as, "closed")),
    reopenIssue: async (number, { as }) => void (await setState(number, as, "open")),
    addLabel: async (number, label, { as }) =>
      void (await act(as, { method: "POST", path: `/issues/${number}/labels`, body: { labels: [label] } })),
    removeLabel: async (number, label, { as }) =>
      void (await act(as, { method: "DELETE", path: `/issues/${number}/labels/${encodeURIComponent(label)}` })),
    comment: async (number, body, { as }) =>
      commentSchema.parse(await act(as, { method: "POST", path: `/issues/${number}/comments`, body: { body } })),
    editComment: async (id, body, { as }) =>
      void (await act(as, { method: "PATCH", path: `/issues/comments/${id}`, body: { body } })),
    react: async (id, content, { as }) =>
      void (await act(as, { method: "POST", path: `/issues/comments/${id}/reactions`, body: { content } })),
    async openPull({ as, base = repository.defaultBranch, ...body }) {
      const made = await act(as, { method: "POST", path: "/pulls", body: { ...body, base } });
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- pullJson() made this very answer
      return made as PullJson;
    },
    async mergePull(number, { as, method, sha }) {
      const body = { ...(method === undefined ? {} : { merge_method: method }), ...(sha === undefined ? {} : { sha }) };
      const answer = await act(as, { method: "PUT", path: `/pulls/${number}/merge`, body });
      return z.object({ sha: z.string() }).parse(answer).sha;
    },
    closePull: async (number, { as }) => void (await setPullState(number, as, "closed")),
    reopenPull: async (number, { as }) => void (await setPullState(number, as, "open")),
    review: async (number, { as, ...body }) =>
      idOf(await act(as, { method: "POST", path: `/pulls/${number}/reviews`, body })),
    dismissReview: async (number, review, { as, ...body }) =>
      void (await act(as, { method: "PUT", path: `/pulls/${number}/reviews/${review}/dismissals`, body })),
    reviewComment: async (number, { as, replyTo, ...body }) => {
      const place = `/pulls/${number}/comments${replyTo === undefined ? "" : `/${replyTo}/replies`}`;
      return idOf(await act(as, { method: "POST", path: place, body }));
    },
    deleteReviewComment: async (id, { as }) =>
      void (await act(as, { method: "DELETE", path: `/pulls/comments/${id}` })),
    async setDraft(number, draft, { as }) {
      const pull = repository.pulls.get(number);
      if (pull === undefined) throw new Error(`No pull request #${number}`);
      await setDraft(world, { repository, pull, login: as }, draft);
    },
    changeBase: async (number, base, { as }) =>
      void (await act(as, { method: "PATCH", path: `/pulls/${number}`, body: { base } })),
    async pushCommit({ as, branch, files, message, force = false, parent }) {
      const start = parent ?? (await resolveCommit(directory, `refs/heads/${branch}`)) ?? repository.defaultBranch;
      const author = { name: as, email: emailOf(world, as) };
      const sha = await writeCommit(await scratchDirectory(), {
        parent: await resolveCommit(directory, start),
        message,
        author,
        at: new Date(),
        files: fileEntries(files),
      });
      await push(as, `${sha}:refs/heads/${branch}`, force);
      return sha;
    },
    pushRef: (branch, { as, sha, force = false }) => push(as, `${sha}:refs/heads/${branch}`, force),
    deleteBranch: (branch, { as }) => push(as, `:refs/heads/${branch}`, false),
    addRuleset(ruleset) {
      const added = { ...ruleset, id: world.nextId() };
      repository.rulesets.push(added);
      return () => void repository.rulesets.splice(repository.rulesets.indexOf(added), 1);
    },
    formMergeGroup: (number) => formMergeGroup(world, repository, number),
    mergeWaiting: () => mergeWaiting(world, repository),
    dequeue: async (number, { as: login }) =>
      dequeue(world, { repository, pull: findPull(repository, number), actor: { kind: "user", login } }),
    protect: (branch, rules) => protectBranch(repository, branch, rules),
    reportCheck: ({ sha, name, app = "github-actions", ...rest }) =>
      reportCheck({ world, repository, sha, name, app, ...rest }),
    reportStatus: async ({ as, sha, ...body }) =>
      void (await act(as, { method: "POST", path: `/statuses/${sha}`, body })),
    requestAction(id, identifier, { as }) {
      const run = findRun(repository, id);
      const known = run.actions.map((action) => action.identifier);
      if (!known.includes(identifier))
        throw new Error(`Check run ${run.name} has no button ${identifier}, only: ${known.join(", ")}`);
      announceCheckRun(world, run, { repository, sender: as, action: "requested_action", requestedAction: identifier });
    },
    rerequestCheck: (id, { as }) => rerequestRun(world, findRun(repository, id), { repository, sender: as }),
    rerequestSuite(sha, { as }) {
      const suite = suiteFor(world, repository, { sha, branch: null, foreignApp: undefined });
      announceCheckSuite(world, suite, { repository, sender: as, action: "rerequested" });
    },
    changeSettings: async ({ as, ...body }) => void (await act(as, { method: "PATCH", path: "", body })),
  };
}

function idOf(answer: unknown): number {
  return z.object({ id: z.number() }).parse(answer).id;
}

async function makeScratch(directory: string): Promise<string> {
  const scratch = `${directory}.scratch`;
  await initBare(scratch);
  await mkdir(path.join(scratch, "objects", "info"), { recursive: true });
  await writeFile(path.join(scratch, "objects", "info", "alternates"), `${path.join(directory, "objects")}\n`);
  return scratch;
}

/** A CI of somebody else's reports: a new run of that name, or news of the one that has not finished yet. */
function reportCheck(
  report: ForeignCheck & { readonly world: World; readonly repository: Repository; readonly app: string },
): CheckRun {
  const { world, repository, sha, name, app } = report;
  if (!/^[0-9a-f]{40}$/.test(sha) || sha === zeroSha) throw new Error(`Not a commit: ${sha}`);
  const unfinished = repository.checkRuns.find(
    (run) => run.sha === sha && run.name === name && run.foreignApp === app && run.status !== "completed",
  );
  const run = unfinished ?? addCheckRun(world, repository, { sha, name, foreignApp: app });
  run.status = report.conclusion === undefined ? (report.status ?? "in_progress") : "completed";
  run.conclusion = report.conclusion ?? null;
  run.completedAt = report.conclusion === undefined ? null : now();
  run.title = report.title ?? run.title;
  suiteFor(world, repository, { sha, branch: null, foreignApp: app }).moreToCome = report.moreToCome === true;
  tell(world, repository, { run, created: unfinished === undefined, sender: `${app}[bot]` });
  return structuredClone(run);
}
