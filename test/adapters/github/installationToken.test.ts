import { generateKeyPairSync } from "node:crypto";
import nock from "nock";
import { pino } from "pino";
import { Probot } from "probot";
import { afterEach, beforeEach, expect, test } from "vitest";
import { probotGithubOptions } from "../../../src/adapters/github/autopackOctokit.ts";
import { installationToken } from "../../../src/adapters/github/installationToken.ts";
import { closeGithub } from "./github.ts";

const ENTERPRISE = "https://ghe.example.com/api/v3";
const { privateKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});

beforeEach(() => nock.disableNetConnect());
afterEach(closeGithub);

function connectEnterprise(): Probot {
  return new Probot({
    appId: 1,
    privateKey,
    baseUrl: ENTERPRISE,
    log: pino({ level: "silent" }),
    ...probotGithubOptions,
  });
}

function grant(token: string): void {
  const expires = new Date(Date.now() + 3_600_000).toISOString();
  nock(ENTERPRISE)
    .post("/app/installations/7/access_tokens")
    .reply(201, { token, expires_at: expires, permissions: { issues: "write" } });
}

test("git's token is asked of the GitHub that the app is on, also when it is the first thing asked", async () => {
  grant("ghs_first");
  expect(await installationToken(connectEnterprise(), 7)).toBe("ghs_first");
});
