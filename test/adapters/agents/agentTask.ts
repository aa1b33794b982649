import { createServer } from "node:http";
import { once } from "node:events";
import { join } from "node:path";
import type { AttemptId } from "../../../src/domain/ids.ts";
import type { AgentSettings } from "../../../src/domain/settings.ts";
import { NO_USAGE } from "../../../src/domain/usage.ts";
import type { Usage } from "../../../src/domain/usage.ts";
import type { AgentTask } from "../../../src/ports/agent.ts";
import type { ModelCall } from "../../../src/domain/pricing/modelCall.ts";
import type { GatewayOrder, GatewayTrouble, ModelGateway } from "../../../src/ports/gateway.ts";
import type { SandboxRoom } from "../sandbox/sandboxRoom.ts";

export const LIMITS: AgentSettings["limits"] = {
  attempts: 1,
  timeoutMs: null,
  memoryBytes: 256 << 20,
  processes: 64,
  outputBytes: 1 << 20,
  turns: null,
  diskBytes: 2 ** 34,
};

/** An attempt in a room. It asks no model unless its settings say so. */
export function agentTask(
  room: SandboxRoom,
  { settings, ...given }: Partial<Omit<AgentTask, "settings">> & { readonly settings: Partial<AgentSettings> },
): AgentTask {
  return {
    attemptId: "42-k3f9x2ab.1.3" as AttemptId,
    role: "builder",
    settings: { backend: "command", model: null, failover: [], command: [], env: {}, limits: LIMITS, ...settings },
    checkout: {
      path: room.checkout,
      mirrorPath: room.mirror,
      read: () => Promise.reject(new Error("an agent reads no tree")),
      capture: () => Promise.reject(new Error("an agent captures no tree")),
      place: () => Promise.reject(new Error("an agent places no files")),
      dispose: () => Promise.resolve(),
    },
    timeoutMs: 20_000,
    maxTurns: 7,
    grant: {},
    meter: {
      admit: () => Promise.resolve(null),
      record: () => Promise.resolve(),
      keep: () => Promise.resolve(),
    },
    instructions: "# Do it\n",
    context: { issue: 42 },
    maxFileBytes: 4 << 20,
    ...given,
  };
}

export interface TestGateway extends ModelGateway {
  readonly orders: readonly GatewayOrder[];
  /** How many are open. */
  openNow: number;
  trouble: GatewayTrouble | null;
  usage: Usage;
  waitedMs: number;
}

function callOf({ attemptId, models }: GatewayOrder, isEstimated: boolean): ModelCall {
  const tokens = { inputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, outputTokens: 0, reasoningTokens: 0 };
  const facts = { number: 1, startedAt: new Date(0), durationMs: 0, status: 200, costUsd: null, retries: 0 };
  return { attemptId, answered: models[0], ...facts, ...tokens, isEstimated };
}

/** A gateway on a real socket that answers every request with its path and key. */
export function testGateway(): TestGateway {
  const orders: GatewayOrder[] = [];
  const gateway: TestGateway = {
    orders,
    openNow: 0,
    trouble: null,
    usage: NO_USAGE,
    waitedMs: 0,
    open: async (order) => {
      orders.push(order);
      const server = createServer(({ url, headers }, answer) => {
        const end = () => answer.end(JSON.stringify({ path: url, key: headers["x-api-key"] }));
        order.meter.record(callOf(order, url === "/breaks-off")).then(end, end);
      });
      const socketPath = join(order.folder, "gateway.sock");
      server.listen(socketPath);
      await once(server, "listening");
      gateway.openNow += 1;
      let isOpen = true;
      return {
        socketPath,
        key: "key-of-the-attempt",
        usage: () => gateway.usage,
        waitedMs: () => gateway.waitedMs,
        trouble: () => gateway.trouble,
        close: async () => {
          if (!isOpen) return;
          isOpen = false;
          gateway.openNow -= 1;
          server.closeAllConnections();
          server.close();
          await once(server, "close");
        },
      };
    },
  };
  return gateway;
}
