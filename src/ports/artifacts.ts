import type { ArtifactId, AttemptId } from "../domain/ids.ts";

/** Stored outputs. Content-addressed: storing the same bytes twice is harmless. Text is redacted on its way in. */
export interface Artifacts {
  /** Text for people: logs, diffs, verdicts. Passes the redactor. */
  putText(text: string, mediaType: string): Promise<ArtifactId>;
  /** Bytes that must come back as they went in: patches. */
  putBytes(bytes: Uint8Array, mediaType: string): Promise<ArtifactId>;
  /** Throws when it is missing or has expired. */
  get(id: ArtifactId): Promise<Uint8Array>;
  /** Opens an attempt's live output. Chunks can be read while it runs; `close` turns them into one artifact. */
  openLog(attempt: AttemptId | string): Promise<LogWriter>;
}

export interface LogWriter {
  /** Buffered; never throws. */
  write(chunk: string): void;
  close(): Promise<{ readonly id: ArtifactId; readonly tail: string }>;
}
