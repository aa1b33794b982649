import nock from "nock";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { probotSurveys } from "../../../src/adapters/github/probotSurveys.ts";
import type { Survey, Surveys } from "../../../src/ports/survey.ts";
import { API, closeGithub, connectGithub, grantToken } from "./github.ts";

const AT = "2026-11-21T10:00:00Z";
const SINCE = new Date("2026-11-21T09:00:00Z");
const EARLIER = "2026-11-21T08:00:00Z";
const alice = { login: "alice", type: "User" };

let surveys: Surveys;
beforeEach(() => {
  nock.disableNetConnect();
  const { probot, forges } = connectGithub();
  surveys = probotSurveys(probot, forges.botLogin);
});
afterEach(closeGithub);

async function widget(): Promise<Survey> {
  grantToken();
  return surveys.of({ installationId: 7, owner: "acme", name: "widget" });
}

/** A delivery as GitHub writes it, its number larger than a JavaScript number. */
function logged(last: number, deliveredAt: string): string {
  const guid = `0B989BA4-242F-11E5-81E1-C7B6966D251${last}`;
  return `{"id":900719925474099${last},"guid":"${guid}","delivered_at":"${deliveredAt}","redelivery":false,"duration":0.27,
    "status":"OK","status_code":200,"event":"issues","action":"opened","installation_id":7,"repository_id":101,"throttled_at":null}`;
}

describe("the log of webhooks", () => {
  test("is read page by page, up to what is too old", async () => {
    const next = `<${API}/app/hook/deliveries?per_page=100&cursor=v1_2>; rel="next"`;
    nock(API)
      .get("/app/hook/deliveries?per_page=100")
      .reply(200, `[${logged(3, AT)}]`, { link: next, "content-type": "application/json; charset=utf-8" });
    nock(API)
      .get("/app/hook/deliveries?per_page=100&cursor=v1_2")
      .reply(200, `[${logged(2, AT)},${logged(1, EARLIER)}]`, { link: next, "content-type": "application/json" });
    const found = await surveys.deliveries(SINCE);
    expect(found.map(({ loggedId }) => loggedId)).toEqual(["9007199254740993", "9007199254740992"]);
    expect(found[0]).toEqual({
      loggedId: "9007199254740993",
      guid: "0b989ba4-242f-11e5-81e1-c7b6966d2513",
      deliveredAt: new Date(AT),
      event: "issues",
      action: "opened",
      installationId: 7,
      repositoryId: 101,
    });
  });

  test("a delivery is asked for again by its number", async () => {
    nock(API).post("/app/hook/deliveries/9007199254740993/attempts").reply(202, {});
    expect(await surveys.redeliver("9007199254740993")).toBe("asked");
  });

  test("one that GitHub does not have any more is gone", async () => {
    nock(API).post("/app/hook/deliveries/1/attempts").reply(404, { message: "Not Found" });
    expect(await surveys.redeliver("1")).toBe("gone");
  });

  test("trouble at GitHub is no answer", async () => {
    nock(API).get("/app/hook/deliveries?per_page=100").reply(502, "");
    await expect(surveys.deliveries(SINCE)).rejects.toMatchObject({ retry: "later" });
    nock(API).post("/app/hook/deliveries/1/attempts").reply(429, { message: "slow down" }, { "retry-after": "7" });
    await expect(surveys.redeliver("1")).rejects.toMatchObject({ retry: { afterMs: 7000 } });
  });
});

test("repositories of all installations are listed, but for those that are suspended", async () => {
  nock(API)
    .get("/app/installations?per_page=100&page=1")
    .reply(200, [
      { id: 7, suspended_at: null },
      { id: 8, suspended_at: AT },
    ]);
  grantToken();
  const widgetSaid = { id: 101, name: "widget", private: true, default_branch: "main", owner: { login: "acme" } };
  nock(API)
    .get("/installation/repositories?per_page=100&page=1")
    .reply(200, { total_count: 1, repositories: [{ ...widgetSaid, archived: true }] });
  expect(await surveys.repositories()).toEqual([
    {
      id: 101,
      installationId: 7,
      owner: "acme",
      name: "widget",
      isPrivate: true,
      defaultBranch: "main",
      isArchived: true,
      said: { ...widgetSaid, archived: true },
    },
  ]);
});

function issue(number: number, updated_at: string, more: object = {}) {
  return {
    number,
    title: `#${number}`,
    body: null,
    state: "open",
    labels: [{ name: "autopack" }],
    updated_at,
    ...more,
  };
}

function comment(id: number, created_at: string, user: object | null) {
  return { id, body: "/autopack why", issue_url: `${API}/repos/acme/widget/issues/12`, created_at, user };
}

describe("what GitHub shows of a repository", () => {
  test("issues that changed, the oldest change first, and no pull requests", async () => {
    nock(API)
      .get("/repos/acme/widget/issues?state=all&sort=updated&direction=desc&per_page=100&page=1")
      .reply(200, [issue(3, AT), issue(2, AT, { pull_request: {} }), issue(1, AT), issue(4, EARLIER)]);
    const found = await (await widget()).issuesSince(SINCE);
    expect(found.map(({ number }) => number)).toEqual([1, 3]);
    expect(found[0]).toMatchObject({ body: "", isOpen: true, labels: ["autopack"], updatedAt: AT, said: issue(1, AT) });
  });

  test("comments, oldest first, with the issue that each is on", async () => {
    nock(API)
      .get("/repos/acme/widget/issues/comments?sort=created&direction=desc&per_page=100&page=1")
      .reply(200, [
        comment(3, AT, { login: "autopack[bot]", type: "Bot" }),
        comment(2, AT, null),
        comment(1, EARLIER, alice),
      ]);
    const found = await (await widget()).commentsSince(SINCE);
    expect(found).toMatchObject([
      { id: 2, issueNumber: 12, byBot: false, author: null },
      { id: 3, issueNumber: 12, byBot: true },
    ]);
  });

  test("more than a page is read to its end", async () => {
    const seen = { actor: alice, created_at: AT };
    const events = "/repos/acme/widget/issues/7/events?per_page=100";
    nock(API)
      .get(`${events}&page=1`)
      .reply(
        200,
        Array.from({ length: 100 }, () => ({ ...seen, event: "subscribed" })),
      );
    nock(API)
      .get(`${events}&page=2`)
      .reply(200, [{ ...seen, event: "labeled", label: { name: "autopack" } }]);
    const found = await (await widget()).eventsOf(7);
    expect(found).toHaveLength(101);
    expect(found.at(-1)).toEqual({ event: "labeled", actor: alice, at: AT, label: { name: "autopack" } });
  });

  test("reviews in a webhook's words, and none that is still being written", async () => {
    nock(API)
      .get("/repos/acme/widget/pulls/8/reviews?per_page=100&page=1")
      .reply(200, [
        { id: 1, state: "CHANGES_REQUESTED", submitted_at: AT, user: alice },
        { id: 2, state: "PENDING", user: alice },
        { id: 3, state: "DISMISSED", submitted_at: AT, user: alice },
      ]);
    const found = await (await widget()).reviewsOf(8);
    expect(found).toMatchObject([
      { id: 1, isDismissed: false, said: { state: "changes_requested" } },
      { id: 3, isDismissed: true },
    ]);
  });

  test("a pull request's end; null for one that is gone", async () => {
    const pull = { state: "closed", draft: false, updated_at: EARLIER, closed_at: AT, merged_by: alice, user: null };
    nock(API).get("/repos/acme/widget/pulls/8").reply(200, pull);
    const survey = await widget();
    expect(await survey.pull(8)).toMatchObject({ isOpen: false, at: AT, mergedBy: alice, said: pull });
    nock(API).get("/repos/acme/widget/pulls/9").reply(404, { message: "Not Found" });
    expect(await survey.pull(9)).toBeNull();
  });
});
