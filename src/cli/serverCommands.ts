import { Command } from "commander";
import type { Logger } from "pino";
import { loadEnvironment, openLog } from "./settings.ts";
import type { Environment } from "../config/environment.ts";

const SIDES = {
  start: { web: true, worker: true },
  serve: { web: true, worker: false },
  worker: { web: false, worker: true },
} as const;

/**
 * What a command needs is loaded when it runs: `--help` is quick.
 *
 * `start` is `serve` and `worker` in one process. Any number of each may share one database.
 */
export function serverCommands(): readonly Command[] {
  return [
    new Command("start")
      .description("receive webhooks and do the work, in one process")
      .action(async () => runSide("start")),
    new Command("serve")
      .description("only receive webhooks; as many as you like over one database")
      .action(async () => runSide("serve")),
    new Command("worker")
      .description("only do the work; as many as you like over one database")
      .action(async () => runSide("worker")),
  ];
}

async function runSide(name: keyof typeof SIDES): Promise<void> {
  const environment = loadEnvironment();
  const log = openLog(environment);
  const { credentials } = environment;
  if (credentials.kind === "setup") return setUp(name, environment, log);
  const { start } = await import("../main.ts");
  const running = await start({ environment, github: { ...credentials, ...environment.github }, log }, SIDES[name]);
  log.info({ url: running.url }, "autopack is up");
  await stopSignal();
  log.info("stopping: running work goes back to the queue");
  await running.stop();
  log.info("stopped");
}

/** Without credentials only the set-up page makes sense: it registers the App from app.yml and writes `.env`. */
async function setUp(name: keyof typeof SIDES, environment: Environment, log: Logger): Promise<void> {
  if (name === "worker")
    throw new Error("APP_ID and PRIVATE_KEY are not set: run `autopack start` once and follow its set-up page");
  const { startSetupPage } = await import("../main.ts");
  const { url, close } = await startSetupPage(environment, log);
  process.stderr.write(
    `No GitHub App is configured yet (APP_ID and PRIVATE_KEY are not set).\nOpen ${url} and follow the steps; then start again.\n`,
  );
  await stopSignal();
  await close();
}

/**
 * Waits for SIGINT or SIGTERM; a second one ends the process at once, and its work is taken over as after a crash.
 *
 * The listeners stay: a library that cleans up after child processes ends the process when it finds itself alone with
 * the signal.
 */
async function stopSignal(): Promise<void> {
  await new Promise<void>((resolve) => {
    let asked = false;
    const onSignal = (): void => {
      if (asked) process.exit(130);
      asked = true;
      resolve();
    };
    for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, onSignal);
  });
}
