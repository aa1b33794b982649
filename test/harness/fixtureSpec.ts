import type { Knex } from "knex";
import { AGENT_SPEC } from "../domain/runFixture.ts";

/** Puts the agent spec into the database that the attempts of the run fixture name. Safe to repeat. */
export async function saveFixtureSpec(db: Knex, repositoryId: number): Promise<void> {
  const spec = { id: AGENT_SPEC, repository_id: repositoryId, name: "builder/any", version: 1 };
  await db("agent_specs")
    .insert({ ...spec, content: { role: "builder" } })
    .onConflict("id")
    .ignore();
}
