import { ansiPaint, noPaint } from "../projections/runReportTable.ts";
import type { Paint } from "../projections/runReportTable.ts";

/** Colours for a terminal, unless NO_COLOR is set or the terminal knows none; never into a file or a pipe. */
export function paintOf(stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): Paint {
  const wanted = (env["NO_COLOR"] ?? "") === "" && env["TERM"] !== "dumb";
  return wanted && stream.isTTY === true ? ansiPaint : noPaint;
}

export function printLines(lines: readonly string[]): void {
  if (lines.length > 0) process.stdout.write(`${lines.join("\n")}\n`);
}

/** A whole document, made for eyes too. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** One of many documents, a line each. */
export function printJsonLine(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

/** `autopack runs … | head` closes the pipe when it has seen enough: that is no error. */
export function endWithPipe(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit(0);
  });
}
