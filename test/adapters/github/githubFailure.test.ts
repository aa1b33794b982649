import nock from "nock";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { installationToken } from "../../../src/adapters/github/installationToken.ts";
import type { Forge } from "../../../src/ports/forge.ts";
import { API, closeGithub, connectGithub, grantToken, openWidget } from "./github.ts";

const COMMENTS = "/repos/acme/widget/issues/7/comments";
let forge: Forge;

beforeEach(async () => {
  forge = await openWidget();
});

afterEach(closeGithub);

/** Every test answers once: a request that were sent again would find no answer, and say so. */
async function refusedWith(status: number, message: string, headers: Record<string, string> = {}): Promise<unknown> {
  nock(API).post(COMMENTS).reply(status, { message }, headers);
  return forge.createComment(7, "x").then(
    () => expect.unreachable(),
    (error: unknown) => error,
  );
}

describe("what GitHub answers, and when the worker tries again", () => {
  test.each([500, 502, 503])("%i: later, and not behind the caller's back", async (status) => {
    expect(await refusedWith(status, "Server Error")).toMatchObject({
      retry: "later",
      message: `commenting on #7 in acme/widget: GitHub answered ${status} Server Error`,
    });
  });

  test("the primary limit: when it is reset, by GitHub's clock", async () => {
    const headers = {
      date: "Sat, 21 Nov 2026 05:00:00 GMT",
      "x-ratelimit-remaining": "0",
      "x-ratelimit-reset": String(Date.UTC(2026, 10, 21, 5, 10) / 1000),
    };
    expect(await refusedWith(403, "API rate limit exceeded", headers)).toMatchObject({ retry: { afterMs: 601_000 } });
  });

  test("the secondary limit: as long as it says, else a minute", async () => {
    const message = "You have exceeded a secondary rate limit.";
    expect(await refusedWith(403, message, { "retry-after": "17" })).toMatchObject({ retry: { afterMs: 17_000 } });
    expect(await refusedWith(403, message)).toMatchObject({ retry: { afterMs: 60_000 } });
    expect(await refusedWith(429, "Too many requests")).toMatchObject({ retry: { afterMs: 60_000 } });
  });

  test("a missing permission: never, and which one it is", async () => {
    const headers = { "x-accepted-github-permissions": "issues=write" };
    expect(await refusedWith(403, "Resource not accessible by integration", headers)).toMatchObject({
      retry: "never",
      message:
        "commenting on #7 in acme/widget: GitHub refuses (403 Resource not accessible by integration). The app needs the " +
        "permission issues=write: grant it in the app's settings, then accept it in the installation",
    });
  });

  test("what is not there: never", async () => {
    expect(await refusedWith(404, "Not Found")).toMatchObject({ retry: "never" });
    expect(await refusedWith(410, "This issue was deleted")).toMatchObject({ retry: "never" });
  });

  test("a broken connection: later", async () => {
    nock(API).post(COMMENTS).replyWithError("socket hang up");
    await expect(forge.createComment(7, "x")).rejects.toMatchObject({
      retry: "later",
      message: "commenting on #7 in acme/widget: no answer from GitHub (socket hang up)",
    });
  });

  test("an answer that breaks off: later, as it may have taken effect", async () => {
    nock(API).post(COMMENTS).reply(201, '{"id": 7', { "content-type": "application/json" });
    await expect(forge.createComment(7, "x")).rejects.toMatchObject({ retry: "later" });
  });

  test("GraphQL's limit", async () => {
    nock(API)
      .post("/graphql")
      .reply(
        200,
        { errors: [{ type: "RATE_LIMITED", message: "API rate limit exceeded" }] },
        {
          "x-ratelimit-remaining": "0",
          "x-ratelimit-reset": String(Date.UTC(2026, 10, 21, 5, 1) / 1000),
          date: "Sat, 21 Nov 2026 05:00:00 GMT",
        },
      );
    await expect(forge.updatePull({ nodeId: "PR", title: "t", body: "b", ready: false })).rejects.toMatchObject({
      retry: { afterMs: 61_000 },
    });
  });
});

function commenting(token: string): nock.Interceptor {
  return nock(API).post(COMMENTS).matchHeader("authorization", `token ${token}`);
}

test("an expired token is replaced, for the next try", async () => {
  // Octokit waits while a token is so new that GitHub may not know it everywhere.
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
  onTestFinished(() => void vi.useRealTimers());
  commenting("ghs_first").reply(201, { id: 70 });
  await forge.createComment(7, "x");

  vi.setSystemTime(Date.now() + 600_000);
  commenting("ghs_first").reply(401, { message: "Bad credentials" });
  grantToken("ghs_second");
  await expect(forge.createComment(7, "x")).rejects.toMatchObject({ retry: "later" });

  commenting("ghs_second").reply(201, { id: 71 });
  expect(await forge.createComment(7, "x")).toBe(71);
});

test("git has the installation's token", async () => {
  nock.cleanAll();
  grantToken("ghs_git");
  const { probot } = connectGithub();
  expect(await installationToken(probot, 7)).toBe("ghs_git");
  expect(await installationToken(probot, 7)).toBe("ghs_git");
  nock(API).post("/app/installations/9/access_tokens").reply(404, { message: "Not Found" });
  await expect(installationToken(probot, 9)).rejects.toMatchObject({ retry: "never" });
});

test("an app that is asked for its name is asked once", async () => {
  nock.cleanAll();
  nock(API).get("/app").reply(500, { message: "Server Error" });
  nock(API).get("/app").reply(200, { slug: "autopack" });
  const { forges } = connectGithub();
  await expect(forges.botLogin()).rejects.toMatchObject({ retry: "later" });
  expect(await forges.botLogin()).toBe("autopack[bot]");
  expect(await forges.botLogin()).toBe("autopack[bot]");
});
