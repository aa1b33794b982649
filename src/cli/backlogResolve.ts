import type { Knex } from "knex";
import { nearest } from "../domain/nearest.ts";
import type { BacklogEntry } from "../domain/findings/backlogEntry.ts";
import { resolveEntry } from "../store/backlog.ts";
import { backlogOf } from "../store/backlogEntries.ts";
import type { BacklogFilter } from "../store/backlogEntries.ts";
import { getRepositoryId } from "./runsFind.ts";
import { printJson, printLines } from "./runsPrint.ts";
import { operator } from "./runsSteer.ts";

export interface ResolveOptions {
  readonly repo?: string;
  readonly reason: string;
  readonly json?: boolean;
}

/** Entries among which a key is looked for by its beginning, or a mistyped one by likeness. */
const CANDIDATES = 200;

/** Entries that an ambiguous key is shown to mean. */
const SHOWN = 5;

/** Resolves the one entry somebody means, by its key or the beginning of it. */
export async function resolveInBacklog(knex: Knex, typed: string, options: ResolveOptions): Promise<void> {
  const { repo, json } = options;
  const reason = options.reason.trim();
  if (reason === "") throw new Error("--reason takes some words");
  const entry = await findEntry(knex, typed, repo);
  const repositoryId = await getRepositoryId(knex, entry.repository);
  const by = operator();
  await resolveEntry(knex, { repositoryId, key: entry.key }, { by, reason });
  if (json === true) printJson({ resolved: entry.key, repository: entry.repository, by, reason });
  else printLines([`resolved ${entry.key} in ${entry.repository}; it comes back when a run shows it again`]);
}

/** @throws Error in one line, with the nearest key there is, or with the keys to choose from */
async function findEntry(knex: Knex, typed: string, repo: string | undefined): Promise<BacklogEntry> {
  const where = repo === undefined ? {} : { repositoryId: await getRepositoryId(knex, repo) };
  const filter: BacklogFilter = { ...where, statuses: ["open", "needs_cleanup"], limit: CANDIDATES };
  const found = typed === "" ? [] : await backlogOf(knex, { ...filter, prefix: typed });
  const exact = found.filter(({ key }) => key === typed);
  const [only, ...others] = exact.length > 0 ? exact : found;
  if (only === undefined) throw new Error(`no open finding has the key ${typed}${await hint(knex, typed, filter)}`);
  if (others.length === 0) return only;
  if (exact.length > 0)
    throw new Error(`${typed} is open in ${listed(exact.map(({ repository }) => repository))}: say which with --repo`);
  throw new Error(`${typed} is the beginning of ${listed(found.map(({ key }) => key))}: type more of it`);
}

async function hint(knex: Knex, typed: string, filter: BacklogFilter): Promise<string> {
  const entries = await backlogOf(knex, filter);
  const meant = nearest(
    typed,
    entries.map(({ key }) => key),
  );
  return meant === null ? "; `autopack backlog` lists what there is" : `; did you mean ${meant}?`;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, SHOWN).join(", ");
  return names.length > SHOWN ? `${shown} and more` : shown;
}
