import { EnvironmentFailure } from "../../src/domain/failure.ts";
import type { Sha } from "../../src/domain/ids.ts";
import type { CheckRun } from "../../src/domain/checkRun.ts";
import type { Forge, MergeOutcome, PullView, Reaction } from "../../src/ports/forge.ts";

/** What GitHub holds, as somebody who looks at it sees it. */
export interface FakeGithub {
  readonly forge: Forge;
  readonly comments: Map<number, { readonly issue: number; body: string }>;
  readonly reactions: { readonly comment: number; readonly reaction: Reaction }[];
  /** Replies in the threads of reviews. */
  readonly replies: Map<number, { readonly threadId: number; readonly body: string }>;
  /** Threads whose first comment was deleted. */
  readonly gone: Set<number>;
  readonly labels: Set<string>;
  readonly pulls: Map<number, PullView>;
  readonly checks: Map<number, CheckRun>;
  /** Names of the forge's methods in the order in which they were called. */
  readonly calls: string[];
  /** Called before and after each call took effect; what it throws, the caller gets instead of the answer. */
  interfere: (moment: "before" | "after", call: number) => void | Promise<void>;
  mergeOutcome: MergeOutcome;
}

/** A GitHub in memory, for the projector alone: scenarios use a real one over HTTP. */
export function fakeGithub(): FakeGithub {
  let lastId = 100;
  const nextId = (): number => (lastId += 1);
  const comments: FakeGithub["comments"] = new Map();
  const reactions: FakeGithub["reactions"] = [];
  const replies: FakeGithub["replies"] = new Map();
  const gone: FakeGithub["gone"] = new Set();
  const labels = new Set(["autopack", "bug"]);
  const pulls: FakeGithub["pulls"] = new Map();
  const checks: FakeGithub["checks"] = new Map();
  const calls: string[] = [];

  const forge: Forge = {
    roleOf: async () => "write",
    createComment: async (issue, body) => {
      const id = nextId();
      comments.set(id, { issue, body });
      return id;
    },
    updateComment: async (id, body) => {
      const comment = comments.get(id);
      if (comment === undefined) return "gone";
      comment.body = body;
      return "written";
    },
    findComment: async (_, marker) => [...comments].find(([, { body }]) => body.startsWith(marker))?.[0] ?? null,
    react: async (comment, reaction) => {
      if (!reactions.some((one) => one.comment === comment && one.reaction === reaction))
        reactions.push({ comment, reaction });
    },
    reactToReview: async (comment, reaction) => {
      if (!reactions.some((one) => one.comment === comment && one.reaction === reaction))
        reactions.push({ comment, reaction });
    },
    issueComments: async () => [],
    reviewComments: async () => [],
    replyToReview: async (_, threadId, body) => {
      if (gone.has(threadId)) return null;
      const id = nextId();
      replies.set(id, { threadId, body });
      return id;
    },
    findReviewReply: async (_, marker) => [...replies].find(([, { body }]) => body.startsWith(marker))?.[0] ?? null,
    findIssue: async () => ({ title: "Greet", body: "", state: "open", labels: [...labels] }),
    addLabels: async (_, added) => added.forEach((label) => labels.add(label.name)),
    removeLabel: async (_, name) => void labels.delete(name),
    createPull: async ({ title, body, draft }) => {
      if (pulls.size > 0) return null;
      const number = 8;
      const pull: PullView = {
        number,
        nodeId: `PR_${number}`,
        title,
        draft,
        state: "open",
        mergedSha: null,
        body,
        head: "0".repeat(40) as Sha,
      };
      pulls.set(number, pull);
      return pull;
    },
    findPull: async () => [...pulls.values()].at(-1) ?? null,
    getPull: async (number) => pullOf(number),
    updatePull: async ({ nodeId, title, body, ready }) => {
      const pull = [...pulls.values()].find((one) => one.nodeId === nodeId);
      if (pull !== undefined) pulls.set(pull.number, { ...pull, title, body, draft: pull.draft && !ready });
    },
    createCheck: async (check) => {
      const id = nextId();
      checks.set(id, check);
      return id;
    },
    updateCheck: async (id, check) => {
      if (!checks.has(id)) return "gone";
      checks.set(id, check);
      return "written";
    },
    delegateMerge: async () => ({ kind: "delegated" }),
    recallMerge: async () => undefined,
    readDelegation: async () => ({ autoMerge: false, queued: false, state: "open", mergedSha: null }),
    permissions: async () => ({}),
    hostFacts: async () => null,
    findCheck: async ({ externalId }) => [...checks].find(([, check]) => check.externalId === externalId)?.[0] ?? null,
    checksOf: async () => [],
    pullPaths: async () => [],
    readText: async () => null,
    mergePull: async ({ number }) => {
      const pull = pullOf(number);
      if (pull.mergedSha !== null) return { kind: "refused", message: "already merged" };
      if (github.mergeOutcome.kind === "merged")
        pulls.set(number, { ...pull, state: "closed", mergedSha: github.mergeOutcome.sha });
      return github.mergeOutcome;
    },
  };

  function pullOf(number: number): PullView {
    const pull = pulls.get(number);
    if (pull === undefined) throw new Error(`there is no pull request ${number}`);
    return pull;
  }

  const github: FakeGithub = {
    forge: watched(forge, () => github),
    comments,
    reactions,
    replies,
    gone,
    labels,
    pulls,
    checks,
    calls,
    interfere: () => undefined,
    mergeOutcome: { kind: "merged", sha: "e".repeat(40) as Sha },
  };
  return github;
}

function watched(forge: Forge, github: () => FakeGithub): Forge {
  return new Proxy(forge, {
    get: (methods, name: keyof Forge) => {
      const method = methods[name] as ((...args: unknown[]) => Promise<unknown>) | undefined;
      // `then`, which every `await` looks for.
      if (method === undefined) return undefined;
      return async (...args: unknown[]): Promise<unknown> => {
        const { calls, interfere } = github();
        const call = calls.push(name);
        await interfere("before", call);
        const answer = await method(...args);
        await interfere("after", call);
        return answer;
      };
    },
  });
}

/** Interference that breaks one call, once. */
export function breaking(moment: "before" | "after", call: number): FakeGithub["interfere"] {
  return (now, number) => {
    if (now === moment && number === call) throw new EnvironmentFailure(`call ${call} broke ${moment} its effect`);
  };
}
