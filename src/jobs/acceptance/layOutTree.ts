import type { ArtifactId, Sha, TreeId } from "../../domain/ids.ts";
import type { Checkout } from "../../ports/git.ts";
import { exchangeFolder } from "../exchangeFolder.ts";
import { runCommand } from "../runCommand.ts";
import type { Command, CommandResult } from "../runCommand.ts";
import type { Means } from "./acceptanceWork.ts";

/** A clean tree on disk, for commands. */
export interface TreeOnDisk {
  readonly checkout: Checkout;
  run(command: Command): Promise<CommandResult | null>;
  dispose(): Promise<void>;
}

/** Lays a tree out as it lies in the repository, with nothing installed. `tree`: the commit's own, unless said. */
export async function layOutTree(
  at: { readonly commit: Sha; readonly tree?: TreeId },
  { work, deps, signal }: Means,
): Promise<TreeOnDisk> {
  const checkout = await deps.git.checkout(work.repository, at);
  const exchange = await exchangeFolder();
  const { limits } = work.settings.builder;
  return {
    checkout,
    run: async (command) => runCommand(command, { checkout, exchange: exchange.path, limits, deps, signal }),
    async dispose() {
      await exchange.dispose();
      await checkout.dispose();
    },
  };
}

export type Installed =
  { readonly kind: "ready" } | { readonly kind: "failed"; readonly why: string; readonly log: ArtifactId };

/** Brings the dependencies into a tree as the configuration's `install` says. Null when cancelled. */
export async function install(tree: TreeOnDisk, { work }: Means): Promise<Installed | null> {
  for (const step of work.settings.install) {
    const log = `${work.runId}/acceptance/${work.phaseId}/install/${step.name}`;
    const result = await tree.run({ run: step.run, timeoutMs: step.timeoutMs, log });
    if (result === null) return null;
    const { outcome } = result;
    if (outcome.kind === "exited" && outcome.code === 0) continue;
    return { kind: "failed", why: `installing failed at “${step.name}”: ${outcomeText(outcome)}`, log: result.log };
  }
  return { kind: "ready" };
}

/** How a command ended, in a few words. */
export function outcomeText(outcome: CommandResult["outcome"]): string {
  switch (outcome.kind) {
    case "exited":
      return `exit ${outcome.code}`;
    case "timed_out":
      return "it took too long";
    case "killed":
      return outcome.by === "memory" ? "killed, as it used too much memory" : "killed by a signal";
    case "disk_exceeded":
      return "killed, as it used too much disk";
    case "output_exceeded":
      return "killed, as it printed too much";
  }
}
