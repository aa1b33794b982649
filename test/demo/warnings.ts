import { Writable } from "node:stream";
import { pino } from "pino";
import type { Logger } from "pino";
import { z } from "zod";

export interface Warnings {
  readonly log: Logger;
  /** What was logged as a warning or worse, oldest first, the last ones. */
  lines(): readonly string[];
}

const KEPT = 12;

const entry = z.looseObject({ msg: z.string().default(""), err: z.looseObject({ message: z.string() }).optional() });

/** Autopack's log for the demo: only worth reading when something went wrong. */
export function keepWarnings(): Warnings {
  const kept: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _, done) {
      kept.push(
        ...chunk
          .toString()
          .split("\n")
          .filter((line) => line !== "")
          .map(words),
      );
      kept.splice(0, Math.max(0, kept.length - KEPT));
      done();
    },
  });
  return { log: pino({ level: "warn", base: null }, stream), lines: () => [...kept] };
}

function words(line: string): string {
  const { msg, err } = entry.parse(JSON.parse(line));
  return err === undefined || err.message === msg ? msg : `${msg}: ${err.message}`;
}
