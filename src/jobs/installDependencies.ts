import type { AttemptFailure } from "../domain/attempt.ts";
import type { Checkout } from "../ports/git.ts";
import { exchangeFolder } from "./exchangeFolder.ts";
import type { JobDeps } from "./handler.ts";
import type { AttemptAtWork } from "./livePhase.ts";
import { runCommand } from "./runCommand.ts";

/**
 * Runs the configuration's install steps in an agent's checkout, for a phase that was found to lack a dependency. Gives the
 * failure of a step, `cancelled`, or null when all is there.
 */
export async function installDependencies(
  { phase, settings }: AttemptAtWork,
  checkout: Checkout,
  { deps, signal }: { readonly deps: JobDeps; readonly signal: AbortSignal },
): Promise<AttemptFailure | "cancelled" | null> {
  if (!phase.needsInstall || settings.install.length === 0) return null;
  const exchange = await exchangeFolder();
  try {
    for (const step of settings.install) {
      const command = { run: step.run, timeoutMs: step.timeoutMs, log: `${phase.id}/install/${step.name}` };
      const room = { checkout, exchange: exchange.path, limits: settings.builder.limits, deps, signal };
      const result = await runCommand(command, room);
      if (result === null) return "cancelled";
      if (result.outcome.kind !== "exited" || result.outcome.code !== 0)
        return { class: "environment", message: `the install step “${step.name}” failed:\n\n${result.tail}` };
    }
    return null;
  } finally {
    await exchange.dispose();
  }
}
