import { createHash } from "node:crypto";
import type { Knex } from "knex";
import type { AcceptanceSpec } from "../domain/acceptance/acceptance.ts";
import type { AgentSpec } from "../domain/acceptance/agentSpec.ts";
import { canonicalJson } from "../domain/canonicalJson.ts";

export interface NamedSpec<Content> {
  readonly repositoryId: number;
  /** Versions are counted by name. */
  readonly name: string;
  readonly content: Content;
}

export interface SavedSpec {
  /** SHA-256, in hex, of repository, name and content as canonical JSON; the row's id. */
  readonly hash: string;
  /** From 1. */
  readonly version: number;
}

/** Keeps how an attempt is done. The same content is the same row, however often it is saved; other content is a new version. */
export async function saveAgentSpec(tx: Knex.Transaction, spec: NamedSpec<AgentSpec>): Promise<SavedSpec> {
  return saveSpec(tx, "agent_specs", spec);
}

/** Keeps how a result is judged; otherwise like `saveAgentSpec`. */
export async function saveAcceptanceSpec(tx: Knex.Transaction, spec: NamedSpec<AcceptanceSpec>): Promise<SavedSpec> {
  return saveSpec(tx, "acceptance_specs", spec);
}

async function saveSpec(
  tx: Knex.Transaction,
  table: "agent_specs" | "acceptance_specs",
  { repositoryId, name, content }: NamedSpec<object>,
): Promise<SavedSpec> {
  const hash = createHash("sha256").update(canonicalJson({ repositoryId, name, content })).digest("hex");
  const known = await versionOf(tx, table, hash);
  if (known !== null) return { hash, version: known };
  // One at a time, so that no two count the same version. Held until `tx` ends.
  await tx.raw("select pg_advisory_xact_lock(hashtextextended(?, 0))", [`${table}:${repositoryId}:${name}`]);
  await tx.raw(
    `insert into ?? (id, repository_id, name, version, content)
     select ?, ?, ?, 1 + coalesce(max(version), 0), ? from ?? where repository_id = ? and name = ?
     on conflict (id) do nothing`,
    [table, hash, repositoryId, name, JSON.stringify(content), table, repositoryId, name],
  );
  const version = await versionOf(tx, table, hash);
  if (version === null) throw new Error(`saving ${name} in ${table}: it is not there afterwards`);
  return { hash, version };
}

async function versionOf(tx: Knex, table: string, hash: string): Promise<number | null> {
  const row = await tx<{ id: string; version: number }>(table).where({ id: hash }).first("version");
  return row?.version ?? null;
}
