import { inProcess } from "./harness.ts";
import type { LoadOrder, LoadReport } from "./webhookLoad.ts";
import { webhookPayload } from "./webhookPayload.ts";
import type { ServerOrder } from "./webhookServer.ts";

/** Connections that send at one time, each the next webhook when the last is answered. */
export const connections = 64;

const secret = "a secret for the bench";
const path = "/api/github/webhooks";

export type Contender = { readonly kind: "autopack"; readonly databaseUrl: string } | { readonly kind: "probot" };

/** What a server answers to a sustained flood of signed webhooks. Throws when it refuses any. */
export async function webhookRate(contender: Contender): Promise<LoadReport> {
  const order: ServerOrder = { ...contender, secret, path };
  const server = await inProcess("webhookServer.ts", order);
  try {
    const { port } = server.message as { port: number };
    const payload = webhookPayload();
    const times = { warmUpMs: 2_000, measureMs: 6_000 };
    const flood: LoadOrder = { port, path, secret, payload, connections, ...times };
    const load = await inProcess("webhookLoad.ts", flood);
    await load.stop();
    return accepted(contender, load.message as LoadReport);
  } finally {
    await server.stop();
  }
}

function accepted({ kind }: Contender, report: LoadReport): LoadReport {
  const answers = Object.keys(report.statuses).join();
  if (answers === (kind === "autopack" ? "202" : "200")) return report;
  throw new Error(`Flooding ${kind} with webhooks: it answered ${JSON.stringify(report.statuses)}`);
}
