import { generateKeyPairSync } from "node:crypto";
import nock from "nock";
import { pino } from "pino";
import { Probot } from "probot";
import { probotGithubOptions } from "../../../src/adapters/github/autopackOctokit.ts";
import { probotForges } from "../../../src/adapters/github/probotForges.ts";
import type { Forge, Forges } from "../../../src/ports/forge.ts";

export const API = "https://api.github.com";
const { privateKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});

/** Forges over a Probot as the app makes it, and GitHub's answers one call at a time. */
export function connectGithub(): { readonly probot: Probot; readonly forges: Forges } {
  const probot = new Probot({ appId: 1, privateKey, log: pino({ level: "silent" }), ...probotGithubOptions });
  return { probot, forges: probotForges(probot) };
}

/** Lets GitHub give an installation token once. */
export function grantToken(token = "ghs_first"): void {
  const expires = new Date(Date.now() + 3_600_000).toISOString();
  nock(API)
    .post("/app/installations/7/access_tokens")
    .reply(201, { token, expires_at: expires, permissions: { issues: "write" } });
}

export async function widget(forges: Forges): Promise<Forge> {
  return forges.of({ installationId: 7, owner: "acme", name: "widget" });
}

/** The forge of a repository, with a token in hand, and no way out to the real GitHub. */
export async function openWidget(): Promise<Forge> {
  nock.disableNetConnect();
  grantToken();
  return widget(connectGithub().forges);
}

/** @throws when GitHub was not asked everything that a test had an answer ready for */
export function closeGithub(): void {
  const unasked = nock.pendingMocks();
  nock.cleanAll();
  nock.enableNetConnect();
  if (unasked.length > 0) throw new Error(`GitHub was not asked ${unasked.join(", ")}`);
}
