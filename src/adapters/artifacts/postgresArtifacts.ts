import { createHash } from "node:crypto";
import type { Knex } from "knex";
import type { ArtifactId } from "../../domain/ids.ts";
import { redact } from "../../domain/redact.ts";
import type { Artifacts, LogWriter } from "../../ports/artifacts.ts";

/** Days an artifact is kept after it was last stored; SQL refuses less than 7. */
const KEPT_DAYS = 30;

/** How often the live output of an attempt is written, in milliseconds. */
const FLUSH_MS = 500;

/** Lines of a log that go into summaries and into the next attempt's instructions. */
const TAIL_LINES = 40;

export class ArtifactMissing extends Error {
  constructor(id: ArtifactId) {
    super(`artifact ${id} is not stored, or has expired`);
    this.name = "ArtifactMissing";
  }
}

/**
 * Artifacts in Postgres, so that every worker has them and a killed one takes nothing away.
 *
 * `secrets` are values that must never be stored; text is redacted line-safe before its hash is taken.
 */
export function postgresArtifacts(knex: Knex, secrets: () => readonly string[]): Artifacts {
  async function put(bytes: Uint8Array, mediaType: string): Promise<ArtifactId> {
    const id = createHash("sha256").update(bytes).digest("hex") as ArtifactId;
    const expires = knex.raw(`now() + interval '${KEPT_DAYS} days'`);
    await knex("artifacts")
      .insert({ id, media_type: mediaType, bytes: Buffer.from(bytes), expires_at: expires })
      .onConflict("id")
      .merge(["expires_at"]);
    return id;
  }
  return {
    putText: async (text, mediaType) => put(Buffer.from(redact(text, secrets())), mediaType),
    putBytes: put,
    async get(id) {
      const row = await knex<{ id: string; bytes: Buffer }>("artifacts").where({ id }).first("bytes");
      if (row === undefined) throw new ArtifactMissing(id);
      return row.bytes;
    },
    async openLog(name) {
      await knex("live_output").where({ log: name }).delete();
      return openLog({ knex, name, clean: (text) => redact(text, secrets()), put });
    },
  };
}

interface OpenLog {
  readonly knex: Knex;
  readonly name: string;
  readonly clean: (text: string) => string;
  readonly put: (bytes: Uint8Array, mediaType: string) => Promise<ArtifactId>;
}

/** Whole lines are redacted and written in order, every half second; the rest of a line waits for its end. */
function openLog({ knex, name, clean, put }: OpenLog): LogWriter {
  const written: string[] = [];
  let pending = "";
  let seq = 0;
  let flushing: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | null = null;

  function flush(everything: boolean): void {
    timer = null;
    const end = everything ? pending.length : pending.lastIndexOf("\n") + 1;
    if (end === 0) return;
    // PostgreSQL's text holds no NUL.
    const chunk = clean(pending.slice(0, end)).replaceAll("\0", "\uFFFD");
    pending = pending.slice(end);
    written.push(chunk);
    const row = { log: name, seq: seq++, chunk };
    // A lost live chunk is only a gap on somebody's screen: the artifact is whole.
    flushing = flushing
      .then(async () => knex("live_output").insert(row))
      .then(
        () => undefined,
        () => undefined,
      );
  }

  return {
    write(chunk) {
      pending += chunk;
      timer ??= setTimeout(() => flush(false), FLUSH_MS);
    },
    async close() {
      if (timer !== null) clearTimeout(timer);
      flush(true);
      await flushing;
      const text = written.join("");
      const id = await put(Buffer.from(text), "text/plain");
      await knex("live_output").where({ log: name }).delete();
      return { id, tail: text.trimEnd().split("\n").slice(-TAIL_LINES).join("\n") };
    },
  };
}
