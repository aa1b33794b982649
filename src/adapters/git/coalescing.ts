/**
 * Runs `work` once at a time per key. Whoever asks while it runs shares the *next* run: the current one may have
 * looked before what the caller wants to see had happened.
 */
export function coalescing(): (key: number, work: () => Promise<void>) => Promise<void> {
  const running = new Map<number, Promise<void>>();
  const waiting = new Map<number, Promise<void>>();

  function start(key: number, work: () => Promise<void>): Promise<void> {
    const run = work().finally(() => running.delete(key));
    running.set(key, run);
    return run;
  }

  return function once(key, work) {
    const planned = waiting.get(key);
    if (planned !== undefined) return planned;
    const current = running.get(key);
    if (current === undefined) return start(key, work);
    const next = current
      .catch(() => undefined)
      .then(() => {
        waiting.delete(key);
        return start(key, work);
      });
    waiting.set(key, next);
    return next;
  };
}
