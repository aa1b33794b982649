import type { AttemptFailure } from "../domain/attempt.ts";
import type { AgentSettings, Step } from "../domain/settings.ts";
import type { OpenEgress } from "../ports/egress.ts";
import type { Checkout } from "../ports/git.ts";
import type { JobDeps } from "./handler.ts";
import { exchangeFolder } from "./exchangeFolder.ts";
import { runCommand } from "./runCommand.ts";

/** The model gateway has the first bridge. */
const EGRESS_BRIDGE = 1;

export interface PreparationMeans {
  readonly deps: JobDeps;
  readonly signal: AbortSignal;
}

/** Why a checkout is not ready; null when it is. */
export type Unready = AttemptFailure | "cancelled" | null;

interface Stage {
  readonly kind: "setup" | "install";
  readonly checkout: Checkout;
  readonly of: string;
  readonly limits: AgentSettings["limits"];
  /** Where the steps may go on the network. */
  readonly egress: readonly string[];
}

/** Runs steps that fetch and build what a checkout needs, with the network that the operator allows them; up to the first that fails. */
export async function runSetupSteps(steps: readonly Step[], stage: Stage, means: PreparationMeans): Promise<Unready> {
  if (steps.length === 0) return null;
  const exchange = await exchangeFolder();
  const sockets = await exchangeFolder();
  try {
    const egress = await openEgress(stage, sockets.path, means);
    try {
      return await runAll(steps, { ...stage, exchange: exchange.path, egress }, means);
    } finally {
      await egress?.close();
    }
  } finally {
    await sockets.dispose();
    await exchange.dispose();
  }
}

async function openEgress({ of, egress }: Stage, folder: string, { deps, signal }: PreparationMeans) {
  const onConnection = ({ host, port, refusal }: { host: string; port: number; refusal: string | null }) =>
    deps.log.info({ of, host, port, refusal }, "a step asked for the network");
  return (await deps.egress?.open({ patterns: egress, folder, signal, onConnection })) ?? null;
}

async function runAll(
  steps: readonly Step[],
  {
    kind,
    checkout,
    of,
    limits,
    exchange,
    egress,
  }: Omit<Stage, "egress"> & { readonly exchange: string; readonly egress: OpenEgress | null },
  { deps, signal }: PreparationMeans,
): Promise<Unready> {
  const port = egress === null ? 0 : await deps.sandbox.bridgePort(EGRESS_BRIDGE);
  const bridges = egress === null ? [] : [{ socketPath: egress.socketPath, port }];
  const env = egress?.environment(port) ?? {};
  const room = { checkout, exchange, limits, deps, signal, bridges };
  for (const step of steps) {
    const result = await runCommand(
      { run: step.run, timeoutMs: step.timeoutMs, log: `${of}/${kind}/${step.name}`, env },
      room,
    );
    if (result === null) return "cancelled";
    if (result.outcome.kind === "exited" && result.outcome.code === 0) continue;
    const what = kind === "setup" ? "set-up" : "install";
    return { class: "environment", message: `the ${what} step “${step.name}” failed:\n\n${result.tail}` };
  }
  return null;
}
