import type { Knex } from "knex";
import type { HostFacts } from "../domain/ground/groundFacts.ts";

interface HostFactsRow {
  readonly repository_id: number;
  readonly branch: string;
  readonly facts: HostFacts | null;
}

interface Place {
  readonly repositoryId: number;
  readonly branch: string;
}

/** What GitHub said of a branch in the last ten minutes: null where it would not say, undefined where it has to be asked. */
export async function knownHostFacts(db: Knex, { repositoryId, branch }: Place): Promise<HostFacts | null | undefined> {
  const row = await db<HostFactsRow>("host_facts")
    .where({ repository_id: repositoryId, branch })
    .andWhereRaw("read_at > now() - interval '10 minutes'")
    .first("facts");
  return row?.facts;
}

export async function saveHostFacts(db: Knex, { repositoryId, branch }: Place, facts: HostFacts | null): Promise<void> {
  await db("host_facts")
    .insert({
      repository_id: repositoryId,
      branch,
      facts: facts === null ? null : JSON.stringify(facts),
      read_at: db.fn.now(),
    })
    .onConflict(["repository_id", "branch"])
    .merge();
}
