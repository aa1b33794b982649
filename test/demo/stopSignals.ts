/** The demo was told to stop. */
export class Stopped extends Error {
  override readonly name = "Stopped";
}

export interface StopSignals {
  readonly signal: AbortSignal;
  /** As shells count them; null when nothing has told it to stop. */
  exitCode(): number | null;
}

const SIGNALS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

/**
 * Turns what would kill this process into an abort, so that the database is stopped and nothing is left behind: signals
 * (npm passes on Ctrl-C a second time, so repeats mean nothing), a closed pipe, an error that nobody caught.
 */
export function stopSignals(): StopSignals {
  const controller = new AbortController();
  let code: number | null = null;

  function stop(exitCode: number, reason: Error): void {
    code ??= exitCode;
    controller.abort(reason);
  }

  for (const [name, number] of Object.entries(SIGNALS))
    process.on(name, () => stop(128 + number, new Stopped(`stopped by ${name}`)));
  for (const stream of [process.stdout, process.stderr])
    stream.on("error", () => stop(1, new Stopped("nobody reads its output any more")));
  process.on("uncaughtException", (error) => stop(1, error));
  return { signal: controller.signal, exitCode: () => code };
}
