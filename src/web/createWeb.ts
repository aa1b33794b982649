import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import { secureHeaders } from "hono/secure-headers";
import type { Logger } from "pino";
import { openIntake } from "../inbox/intake.ts";
import type { Store } from "../store/store.ts";
import { createApi } from "./api/createApi.ts";
import type { ApiOptions } from "./api/createApi.ts";
import { readiness } from "./readiness.ts";
import { webhookHandler } from "./webhook.ts";

export interface WebOptions {
  readonly store: Store;
  /** Of the GitHub App's webhooks. */
  readonly secret: string;
  /** Where GitHub posts to. A POST to `/` is taken too: that is the address that Probot's set-up page registers. */
  readonly webhookPath: string;
  /** Absent: there is no API. */
  readonly api?: Omit<ApiOptions, "store" | "log">;
  /** Names of migrations that the database lacks; makes `/readyz` say so. */
  readonly pendingMigrations?: () => Promise<readonly string[]>;
  readonly log: Logger;
}

/** Runs on Node only: the webhook route reads Node's own request. */
export type Web = Hono<{ Bindings: HttpBindings }>;

/**
 * Everything that Autopack answers over HTTP: GitHub's webhooks; `/healthz`, which says that the process lives; `/readyz`,
 * which says that it can do its work.
 */
export function createWeb({ store, secret, webhookPath, pendingMigrations, api, log }: WebOptions): Web {
  const web: Web = new Hono();
  const webhook = webhookHandler({ intake: openIntake(store), secret, log });
  const ready = readiness(store, pendingMigrations);

  // Before the middleware: this one route must keep up with a flood.
  web.post(webhookPath, webhook);
  web.post("/", webhook);

  web.use(
    secureHeaders({
      contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
      // TLS is a reverse proxy's, and so is the promise of it.
      strictTransportSecurity: false,
    }),
  );
  web.all(webhookPath, (context) => context.json({ error: "GitHub posts here" }, 405, { allow: "POST" }));
  web.get("/healthz", (context) => context.json({ status: "ok" }));
  web.get("/readyz", async (context) => {
    const problems = await ready();
    if (problems.length === 0) return context.json({ status: "ready" });
    for (const { cause, problem } of problems) log.warn({ err: cause, problem }, "not ready");
    return context.json({ status: "not_ready", problems: problems.map(({ problem }) => problem) }, 503);
  });
  if (api === undefined) {
    web.all("/api/v1/*", (context) =>
      context.json({ error: "there is no API: the server has no AUTOPACK_API_TOKEN" }, 404),
    );
  } else web.route("/api/v1", createApi({ ...api, store, log }));
  web.notFound((context) => context.json({ error: "there is nothing here" }, 404));
  web.onError((err, context) => {
    log.error({ err, path: context.req.path }, "answering a request failed");
    return context.json({ error: "this is our fault; the log says more" }, 500);
  });
  return web;
}
