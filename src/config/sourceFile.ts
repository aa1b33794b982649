/** A file of the repository, as text. `path` is relative to its root. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}
