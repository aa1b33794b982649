/** A text file as a change found it and leaves it. Null: it is not there, or is not text. Lines count from 1. */
export interface ChangedFile {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
  /** Lines of `before` that the change takes away. */
  readonly removed: ReadonlySet<number>;
  /** Lines of `after` that it adds. */
  readonly added: ReadonlySet<number>;
}
