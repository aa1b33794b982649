/**
 * What set-up steps made, kept on a worker's disk. A cache: it may be empty at any time.
 *
 * Whoever gets an entry gets a copy of its own, so nothing that happens to it comes back.
 */
export interface SetupCache {
  /** Does work on one entry at a time, so that two that need the same do not make it twice. */
  exclusively<T>(key: string, work: () => Promise<T>): Promise<T>;
  /**
   * Puts an entry's files into a work tree that nothing has run in. False when there is no such entry; nothing has changed
   * then.
   */
  restore(key: string, checkout: string): Promise<boolean>;
  /**
   * Keeps `paths` of a work tree under `key`; what is not there is left out. Refuses paths that lead through links. To be
   * called only for a tree of the base commit in which only its own set-up steps have run.
   */
  keep(key: string, from: { readonly checkout: string; readonly paths: readonly string[] }): Promise<void>;
}
