import { once } from "node:events";
import { styleText } from "node:util";
import { chooseAgent } from "./chooseAgent.ts";
import type { RealAgent } from "./demoAgents.ts";
import { quoteLines } from "./demoQuote.ts";
import { readOptions, USAGE } from "./options.ts";
import type { DemoOptions } from "./options.ts";
import { plainProgress } from "./plainProgress.ts";
import type { Progress } from "./progress.ts";
import { NOTHING } from "./result.ts";
import type { Result } from "./result.ts";
import { stopSignals } from "./stopSignals.ts";
import type { StopSignals } from "./stopSignals.ts";
import { summary } from "./summary.ts";
import type { Paint } from "./summary.ts";
import { RunFailed } from "./runFailed.ts";
import { keepWarnings } from "./warnings.ts";

/** Whatever may still be open after everything was closed does not keep the demo from ending: milliseconds. */
const EXIT_MS = 5000;

/** The smallest terminal in which a list that is drawn again and again can be read. */
const MIN_COLUMNS = 40;
const MIN_ROWS = 10;

const paint: Paint = {
  bold: (text) => styleText("bold", text),
  dim: (text) => styleText("dim", text),
  good: (text) => styleText("green", text),
  bad: (text) => styleText("red", text),
};

async function main(): Promise<number> {
  const wish = readOptions(process.argv.slice(2));
  switch (wish.kind) {
    case "help":
      process.stdout.write(USAGE);
      return 0;
    case "invalid":
      process.stderr.write(`${wish.message}\n\n${USAGE}`);
      return 2;
    case "run":
      return choose(wish.options);
  }
}

/** Finds out who builds before anything is started. */
async function choose(options: DemoOptions): Promise<number> {
  const interactive = process.stdin.isTTY && process.stdout.isTTY && !options.json;
  const choice = chooseAgent({ ...options, interactive }, process.env);
  switch (choice.kind) {
    case "invalid":
      process.stderr.write(`${choice.message}\n`);
      return 2;
    case "scripted":
      return run(options, null);
    case "real":
      for (const line of quoteLines(choice.agent)) say(options, line);
      return run(options, choice.agent);
    case "ask": {
      const { askAgent } = await import("./askAgent.ts");
      const answer = await askAgent(choice.agent);
      return answer === "stop" ? 130 : run(options, answer === "real" ? choice.agent : null);
    }
  }
}

/** Gives the exit code. Everything that was started is stopped and deleted again, however it ends. */
async function run(options: DemoOptions, agent: RealAgent | null): Promise<number> {
  const stop = stopSignals();
  try {
    await using cleanup = new AsyncDisposableStack();
    return await play(options, { stop, cleanup, agent });
  } catch (error) {
    process.stderr.write(`\nThe demo could not clean up behind itself: ${messages(error).join("\n  because: ")}\n`);
    return 1;
  }
}

interface Playing {
  readonly stop: StopSignals;
  readonly cleanup: AsyncDisposableStack;
  readonly agent: RealAgent | null;
}

async function play(options: DemoOptions, { stop, cleanup, agent }: Playing): Promise<number> {
  const { signal } = stop;
  const warnings = keepWarnings();
  try {
    say(options, `\n${paint.bold("Autopack")}: one issue on its way from a label to the merge\n`);
    // Loaded now, so that there is something to read, and Ctrl-C is heeded, from the first moment on.
    const { runDemo } = await import("./runDemo.ts");
    const progress = await progressFor(options);
    const demo = await runDemo({ progress, cleanup, signal, warnings, agent });
    for (const line of summary(demo, { paint, keep: options.keep })) say(options, line);
    conclude(options, demo.result);
    if (options.keep && !signal.aborted) await once(signal, "abort");
    return demo.differences.length === 0 ? 0 : 1;
  } catch (error) {
    tellFailure(error, warnings.lines());
    conclude(options, { ...NOTHING, state: error instanceof RunFailed ? error.state : NOTHING.state });
    return stop.exitCode() ?? 1;
  }
}

function conclude({ json }: DemoOptions, result: Result): void {
  if (json) process.stdout.write(`${JSON.stringify(result)}\n`);
}

async function progressFor({ json }: DemoOptions): Promise<Progress> {
  if (json) return plainProgress((line) => process.stderr.write(`${line}\n`));
  if (canDraw()) return (await import("./liveProgress.ts")).liveProgress();
  return plainProgress((line) => process.stdout.write(`${line}\n`));
}

/** A terminal may have no size (`script`, some containers): a list cannot be drawn there. */
function canDraw(): boolean {
  const { isTTY, columns, rows } = process.stdout;
  return isTTY && columns >= MIN_COLUMNS && rows >= MIN_ROWS && process.env["TERM"] !== "dumb";
}

function say({ json }: DemoOptions, line: string): void {
  (json ? process.stderr : process.stdout).write(`${line}\n`);
}

function tellFailure(error: unknown, warnings: readonly string[]): void {
  process.stderr.write(`\nThe demo did not get to its end: ${messages(error).join("\n  because: ")}\n`);
  if (warnings.length === 0) return;
  process.stderr.write(`\nThe last warnings in Autopack's log:\n${warnings.map((line) => `  ${line}\n`).join("")}`);
}

function messages(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return [String(error)];
  return error.cause === undefined ? [error.message] : [error.message, ...messages(error.cause)];
}

process.exitCode = await main();
setTimeout(() => process.exit(), EXIT_MS).unref();
