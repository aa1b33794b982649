import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { pino } from "pino";
import { createNodeMiddleware, createProbot } from "probot";
import { z } from "zod";
import { connect } from "../src/store/connect.ts";
import { openQueues } from "../src/store/queue.ts";
import { createWeb } from "../src/web/createWeb.ts";
import { serve } from "../src/web/serve.ts";

// The process under load: Autopack's web side, or Probot's middleware with a handler that does nothing. Answers its port.

const orderSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("autopack"), secret: z.string(), path: z.string(), databaseUrl: z.string() }),
  z.object({ kind: z.literal("probot"), secret: z.string(), path: z.string() }),
]);

export type ServerOrder = z.infer<typeof orderSchema>;

const log = pino({ level: "error" });

process.once("message", (message) => {
  void start(orderSchema.parse(message));
});
process.once("disconnect", () => process.exit());

async function start(order: ServerOrder): Promise<void> {
  process.send?.({ port: order.kind === "autopack" ? await startAutopack(order) : await startProbot(order) });
}

async function startAutopack(order: Extract<ServerOrder, { kind: "autopack" }>): Promise<number> {
  const { databaseUrl, secret, path } = order;
  const store = { knex: connect(databaseUrl), boss: await openQueues(databaseUrl, { supervise: false }) };
  const web = createWeb({ store, secret, webhookPath: path, log });
  const { port } = await serve(web, { host: "127.0.0.1", port: 0 });
  return port;
}

async function startProbot({ secret, path }: ServerOrder): Promise<number> {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const key = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const probot = createProbot({ overrides: { appId: 1, privateKey: key, secret, log } });
  const middleware = await createNodeMiddleware(
    (app) => {
      app.on("issues", () => undefined);
    },
    { probot, webhooksPath: path },
  );
  const server = createServer((request, response) => {
    void middleware(request, response, () => response.writeHead(404).end());
  });
  server.listen(0, "127.0.0.1");
  return new Promise((resolve) => {
    server.once("listening", () => resolve((server.address() as AddressInfo).port));
  });
}
