import { createHash } from "node:crypto";
import type { Knex } from "knex";
import type { RunId } from "../domain/ids.ts";
import { NotSent } from "../domain/notSent.ts";
import type { UpdateOutcome } from "../ports/forge.ts";
import { beginPublication, forgetPublication, savePublication } from "../store/publications.ts";
import type { Publication } from "../store/publications.ts";

/** What has been published of a run so far. */
export interface Ledger {
  readonly db: Knex;
  readonly runId: RunId;
  readonly published: ReadonlyMap<string, Publication>;
}

/** One thing on GitHub that is made once and then kept as it should be. */
export interface Target {
  readonly name: string;
  readonly digest: string;
  create(): Promise<number>;
  update(id: number): Promise<UpdateOutcome>;
  /** Looks on GitHub for what an earlier try may have made. */
  find(): Promise<number | null>;
}

/** What was noted of a thing, and how to note more. */
export interface Notes {
  /** Undefined when its making was never begun. */
  readonly known: Pick<Publication, "remoteId"> | undefined;
  begin(): Promise<void>;
  /** Takes that back, because nothing was sent. */
  forget?(): Promise<void>;
  save(written: { readonly digest: string; readonly remoteId: number }): Promise<void>;
}

export function isPublished({ name, digest }: Pick<Target, "name" | "digest">, { published }: Ledger): boolean {
  return published.get(name)?.digest === digest;
}

/** Makes a thing that shows a run, or brings it up to date. */
export async function publish(target: Target, { db, runId, published }: Ledger): Promise<void> {
  await bringAbout(target, {
    known: published.get(target.name),
    begin: async () => beginPublication(db, runId, target.name),
    forget: async () => forgetPublication(db, runId, target.name),
    save: async (written) => savePublication(db, runId, { target: target.name, ...written }),
  });
}

/**
 * Makes the thing, or brings it up to date. However often it is cut short before or after a call took effect, one thing
 * results: the making is noted before it is begun, and whoever finds such a note looks before making another. In the good
 * case no read is spent. Gives GitHub's id of it.
 */
export async function bringAbout(target: Target, { known, begin, save, forget }: Notes): Promise<number> {
  let id = known === undefined ? null : (known.remoteId ?? (await target.find()));
  if (id !== null && (await target.update(id)) === "gone") id = null;
  if (id === null) {
    await begin();
    id = await made(target, forget);
  }
  await save({ digest: target.digest, remoteId: id });
  return id;
}

/** What was not sent was not made, so nobody has to look for it. */
async function made(target: Target, forget: Notes["forget"]): Promise<number> {
  try {
    return await target.create();
  } catch (error) {
    if (error instanceof NotSent) await forget?.();
    throw error;
  }
}

/** The digest of something as it should be; `tag` can be read off it again. */
export function digestOf(tag: string, content: string): string {
  return `${tag}:${createHash("sha256").update(content).digest("hex")}`;
}

/** The tag of what was last written to a target; null when that is not known. */
export function tagOf(publication: Publication | undefined): string | null {
  return publication?.digest?.split(":", 1)[0] ?? null;
}
