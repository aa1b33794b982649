/** Work that is done again and again. */
export interface Repeating {
  /** Resolves when what runs has ended; nothing is begun any more. */
  stop(): Promise<void>;
}

/** Does `work` every `ms` milliseconds, beginning now. A turn that comes while the last one still runs is left out. */
export function every(ms: number, work: () => Promise<void>): Repeating {
  let running: Promise<void> | null = null;
  function turn(): void {
    running ??= work().finally(() => {
      running = null;
    });
  }
  const timer = setInterval(turn, ms);
  turn();
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
