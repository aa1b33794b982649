import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Role } from "./actor.ts";
import { nodeId } from "./accounts.ts";
import type { CheckRun, CheckSuite } from "./checks.ts";
import type { Protection } from "./protection.ts";
import type { Pull } from "./pulls.ts";
import type { Reaction } from "./reactions.ts";
import type { Ruleset } from "./rulesets.ts";
import type { CommitStatus } from "./statuses.ts";
import { now } from "./world.ts";

export interface MergeSettings {
  allowMergeCommit: boolean;
  allowSquash: boolean;
  allowRebase: boolean;
  deleteBranchOnMerge: boolean;
  allowAutoMerge: boolean;
}

/** One repository: its bare git repository on disk, and what the stand-in knows beside it. */
export interface Repository {
  readonly id: number;
  readonly nodeId: string;
  /** `owner/name` under which the emulator keeps its issues; stays the same through renames. */
  readonly emulated: string;
  readonly directory: string;
  readonly createdAt: string;
  readonly forkOf: Repository | undefined;
  owner: string;
  name: string;
  /** Lower-case full names it had before. */
  readonly formerNames: Set<string>;
  description: string | null;
  private: boolean;
  archived: boolean;
  installed: boolean;
  defaultBranch: string;
  readonly merging: MergeSettings;
  readonly roles: Map<string, Role>;
  readonly protections: Map<string, Protection>;
  readonly rulesets: Ruleset[];
  readonly pulls: Map<number, Pull>;
  readonly checkRuns: CheckRun[];
  readonly checkSuites: CheckSuite[];
  readonly statuses: CommitStatus[];
  /** By subject: `issue:7`, `comment:12`, `review_comment:3`. */
  readonly reactions: Map<string, Reaction[]>;
  /** Runs `work` when nothing else writes the refs of this repository. Not re-entrant. */
  readonly exclusively: <T>(work: () => Promise<T>) => Promise<T>;
}

export function fullName(repository: Pick<Repository, "owner" | "name">): string {
  return `${repository.owner}/${repository.name}`;
}

export interface NewRepository {
  readonly id: number;
  readonly owner: string;
  readonly name: string;
  readonly directory: string;
  readonly private: boolean;
  readonly installed: boolean;
  readonly description: string | null;
  readonly forkOf: Repository | undefined;
}

export function createRepository(options: NewRepository): Repository {
  return {
    ...options,
    nodeId: nodeId("Repository", options.id),
    emulated: `${options.owner}/${options.name}`,
    createdAt: now(),
    formerNames: new Set(),
    archived: false,
    defaultBranch: "main",
    merging: {
      allowMergeCommit: true,
      allowSquash: true,
      allowRebase: true,
      deleteBranchOnMerge: false,
      allowAutoMerge: false,
    },
    roles: new Map(),
    protections: new Map(),
    rulesets: [],
    pulls: new Map(),
    checkRuns: [],
    checkSuites: [],
    statuses: [],
    reactions: new Map(),
    exclusively: oneAtATime(),
  };
}

const configuration = `[core]
	repositoryformatversion = 0
	bare = true
	logAllRefUpdates = false
[gc]
	auto = 0
[http]
	receivepack = true
[receive]
	autogc = false
	hideRefs = refs/pull
[uploadpack]
	allowFilter = true
	allowAnySHA1InWant = true
`;

/** Lays down an empty bare repository: what `git init --bare` does, without a process. */
export async function initBare(directory: string): Promise<void> {
  await mkdir(path.join(directory, "objects", "info"), { recursive: true });
  await mkdir(path.join(directory, "refs", "heads"), { recursive: true });
  await writeFile(path.join(directory, "HEAD"), "ref: refs/heads/main\n");
  await writeFile(path.join(directory, "config"), configuration);
}

function oneAtATime(): Repository["exclusively"] {
  let last: Promise<unknown> = Promise.resolve();
  return async function exclusively<T>(work: () => Promise<T>): Promise<T> {
    const mine = last.then(work);
    // The queue goes on after a failure; the failure itself belongs to the caller of `mine`.
    last = mine.catch(() => undefined);
    return mine;
  };
}
