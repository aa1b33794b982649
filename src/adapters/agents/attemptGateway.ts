import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ModelRef } from "../../domain/settings.ts";
import type { Usage } from "../../domain/usage.ts";
import type { AgentTask, AgentWatch } from "../../ports/agent.ts";
import type { GatewayTrouble, ModelGateway, ModelMeter } from "../../ports/gateway.ts";
import type { Sandbox, SandboxBridge } from "../../ports/sandbox.ts";
import { removeTree } from "./removeTree.ts";

/** The model gateway as one attempt reaches it. */
export interface AttemptGateway {
  readonly model: ModelRef;
  /** As the program sees it, without a path: `http://127.0.0.1:8787`. */
  readonly url: string;
  readonly key: string;
  readonly bridge: SandboxBridge;
  waitedMs(): number;
  /** Ends what is under way and tells what it came to. Safe to repeat. */
  close(): Promise<ClosedGateway>;
}

export interface ClosedGateway {
  readonly metered: Usage;
  readonly isEstimated: boolean;
  readonly trouble: GatewayTrouble | null;
}

/**
 * Opens the gateway for one attempt. The socket has a folder of its own: the exchange folder is the agent's to write in, and
 * the paths of sockets are short (108 bytes).
 *
 * @throws EnvironmentFailure where the operator has not set up what the model needs
 */
export async function openAttemptGateway(
  { gateway, sandbox }: { readonly gateway: ModelGateway; readonly sandbox: Sandbox },
  { task, model }: { readonly task: AgentTask; readonly model: ModelRef },
  watch: AgentWatch,
): Promise<AttemptGateway> {
  const folder = await mkdtemp(join(tmpdir(), "autopack-gateway-"));
  try {
    const { attemptId, grant, meter, settings } = task;
    const models = [model, ...settings.failover] as const;
    const port = await sandbox.bridgePort();
    const noting = noteEstimates(meter);
    const open = await gateway.open({ attemptId, folder, models, grant, meter: noting.meter, signal: watch.signal });
    return {
      model,
      url: `http://127.0.0.1:${port}`,
      key: open.key,
      bridge: { socketPath: open.socketPath, port },
      waitedMs: () => open.waitedMs(),
      close: async () => {
        await open.close();
        await removeTree(folder);
        return { metered: open.usage(), isEstimated: noting.isEstimated(), trouble: open.trouble() };
      },
    };
  } catch (error) {
    await removeTree(folder);
    throw error;
  }
}

function noteEstimates(meter: ModelMeter): { readonly meter: ModelMeter; readonly isEstimated: () => boolean } {
  let isEstimated = false;
  return {
    meter: {
      admit: async (used) => meter.admit(used),
      keep: async (body) => meter.keep(body),
      record: async (call) => {
        isEstimated ||= call.isEstimated;
        await meter.record(call);
      },
    },
    isEstimated: () => isEstimated,
  };
}
