import type { Logger } from "pino";
import { run } from "probot";
import { createChannel } from "./createChannel.ts";

export interface SetupServer {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves Probot's own set-up page, which registers a GitHub App from `app.yml` and writes its credentials to `.env`, both in
 * the current folder.
 *
 * Whoever reaches the page can become this server's App, so it should listen on `localhost`. For GitHub to reach a machine
 * behind a firewall, a channel of smee.io is made, unless WEBHOOK_PROXY_URL is set already or NO_SMEE_SETUP is `true`; without
 * the internet this is left out.
 */
export async function startSetup(options: {
  readonly host: string;
  readonly port: number;
  readonly log: Logger;
}): Promise<SetupServer> {
  const { host, port, log } = options;
  if (process.env["NODE_ENV"] === "production")
    throw new Error(
      "Setting up without credentials: with NODE_ENV=production nobody may register an App here. Set APP_ID, PRIVATE_KEY and WEBHOOK_SECRET.",
    );
  const server = await run(() => undefined, {
    env: { HOST: host, PORT: String(port) },
    // Probot's own words send people to port and file; ours below say the same once, and better.
    log: log.child({ part: "setup" }, { level: "warn" }),
    SmeeClient: { createChannel },
  });
  const url = `http://${host.includes(":") ? `[${host}]` : host}:${server.port}`;
  log.info({ url }, "no GitHub App yet: open the set-up page, register one, and start Autopack again");
  return { url, close: async () => server.stop() };
}
