import type { Knex } from "knex";
import type { RunId } from "../domain/ids.ts";
import { nearest } from "../domain/nearest.ts";
import { findRepositoryId, listRuns, repositoryNames, runsWithPrefix } from "../store/historyRuns.ts";
import type { ListedRun } from "../store/historyRuns.ts";

/** Runs among which a mistyped id is looked for. */
const CANDIDATES = 200;

/** Runs that an ambiguous name is shown to mean. */
const SHOWN = 5;

/**
 * The run somebody means: by its id, the beginning of one, its branch, or the newest of an issue (`#42`, `42`).
 *
 * @throws Error in one line, with the nearest name there is, or with the names to choose from
 */
export async function findRunId(db: Knex, typed: string, repository: string | undefined): Promise<RunId> {
  const name = typed.replace(/^autonomous\//, "");
  const [, digits] = /^#?(\d+)$/.exec(name) ?? [];
  if (digits !== undefined) {
    const found = await newestOfIssue(db, Number(digits), repository);
    if (found !== null) return found;
  }
  return byPrefix(db, name);
}

/** The id of `owner/name`. @throws Error with the nearest name there is */
export async function getRepositoryId(db: Knex, repository: string): Promise<number> {
  const [owner = "", name = "", ...more] = repository.split("/");
  if (owner === "" || name === "" || more.length > 0) throw new Error(`--repo takes owner/name, not “${repository}”`);
  const id = await findRepositoryId(db, { owner, name });
  if (id !== null) return id;
  const meant = nearest(repository, await repositoryNames(db));
  throw new Error(
    `no repository ${repository} has had a webhook here${meant === null ? "" : `; did you mean ${meant}?`}`,
  );
}

/** The newest run of an issue; null when there is none and `name` may be the beginning of an id. */
async function newestOfIssue(db: Knex, issueNumber: number, repository: string | undefined): Promise<RunId | null> {
  if (repository !== undefined) {
    const repositoryId = await getRepositoryId(db, repository);
    const [newest] = await listRuns(db, { repositoryId, issueNumber, limit: 1 });
    if (newest === undefined)
      throw new Error(`${repository}#${issueNumber} has no run; \`autopack runs list\` shows what there is`);
    return newest.id;
  }
  const runs = await runsWithPrefix(db, `${issueNumber}-`, CANDIDATES);
  const repositories = [...new Set(runs.map((run) => run.repository))];
  if (repositories.length > 1)
    throw new Error(`#${issueNumber} has runs in ${listed(repositories)}: say which with --repo owner/name`);
  return runs[0]?.id ?? null;
}

async function byPrefix(db: Knex, prefix: string): Promise<RunId> {
  const found = prefix === "" ? [] : await runsWithPrefix(db, prefix, SHOWN + 1);
  const exact = found.find((run) => run.id === prefix) ?? (found.length === 1 ? found[0] : undefined);
  if (exact !== undefined) return exact.id;
  if (found.length > 1) throw new Error(`${prefix} is the beginning of ${listed(found.map(nameOf))}: type more of it`);
  const recent = await listRuns(db, { limit: CANDIDATES });
  const meant = nearest(
    prefix,
    recent.map((run) => run.id),
  );
  throw new Error(
    `there is no run ${prefix}; ${meant === null ? "`autopack runs list` shows what there is" : `did you mean ${meant}?`}`,
  );
}

function nameOf({ id }: ListedRun): string {
  return id;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, SHOWN).join(", ");
  return names.length > SHOWN ? `${shown} and more` : shown;
}
