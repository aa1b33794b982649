import type { Run } from "../../src/domain/run.ts";
import type { News, RunFeed } from "./followRun.ts";
import { RunFailed } from "./runFailed.ts";

/** The news of a run for several readers at a time. */
export interface NewsDesk {
  /** The next news of one phase, by its ordinal, or of the run as a whole (null). Rejects once the run has stopped for good. */
  next(phase: number | null): Promise<News>;
  /** The run as last heard of. */
  run(): Run | null;
}

/** Whoever waits first reads on for all; news of others are put aside for them. */
export function newsDesk(feed: RunFeed): NewsDesk {
  const aside = new Map<number | null, News[]>();
  let reading: Promise<void> | null = null;
  let run: Run | null = null;

  function asideFor(phase: number | null): News[] {
    const news = aside.get(phase) ?? [];
    aside.set(phase, news);
    return news;
  }

  async function read(): Promise<void> {
    const news = await feed.next();
    if (news.kind === "event") run = news.run;
    asideFor(news.phase).push(news);
  }

  return {
    run: () => run,
    async next(phase) {
      for (;;) {
        const news = asideFor(phase).shift();
        if (news !== undefined) return news;
        if (run !== null) throwIfStopped(run);
        reading ??= read().finally(() => (reading = null));
        await reading;
      }
    },
  };
}

function throwIfStopped({ state }: Run): void {
  if (state.kind === "failed") throw new RunFailed("failed", state.message);
  if (state.kind === "cancelled" || state.kind === "no_changes") throw new RunFailed(state.kind, "");
}
