import nock from "nock";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Forge, Forges } from "../../../src/ports/forge.ts";
import { API, closeGithub, connectGithub, openWidget } from "./github.ts";

const REVIEW = "/repos/acme/widget/pulls/5/reviews/9/comments";
const REPLIES = "/repos/acme/widget/pulls/5/comments/21/replies";
const COMMENTS = "/repos/acme/widget/pulls/5/comments";
const REACTIONS = "/repos/acme/widget/pulls/comments/21/reactions";
const INSTALLATION = "/repos/acme/widget/installation";

const HUNK = "@@ -1,3 +1,4 @@ function greet() {\n const a = 1;\n-const b = 2;\n+const b = 3;\n+const c = 4;";

describe("of a repository", () => {
  let forge: Forge;

  beforeEach(async () => {
    forge = await openWidget();
  });

  afterEach(closeGithub);

  test("a review's comments come with the line that their hunk ends at, as GitHub leaves lines out there", async () => {
    const comment = { id: 21, path: "a.js", body: "why?", user: { login: "bob" }, diff_hunk: HUNK };
    nock(API)
      .get(REVIEW)
      .query({ per_page: 100, page: 1 })
      .reply(200, [
        comment,
        { ...comment, id: 22, in_reply_to_id: 20, line: 7 },
        { ...comment, id: 23, diff_hunk: `${HUNK}\n-gone` },
        { ...comment, id: 24, side: "LEFT", line: 2 },
        { ...comment, id: 25, line: null },
        { ...comment, id: 26, diff_hunk: undefined, user: null },
      ]);
    const found = await forge.reviewComments(5, 9);
    expect(found.map(({ id, threadId, line }) => [id, threadId, line])).toEqual([
      [21, 21, 3],
      [22, 20, 7],
      [23, 23, null],
      [24, 24, null],
      [25, 25, null],
      [26, 26, null],
    ]);
    expect(found[0]).toMatchObject({ path: "a.js", body: "why?", hunk: HUNK, author: "bob" });
    expect(found.at(-1)).toMatchObject({ hunk: "", author: null });
  });

  test("they are paged through; a review that is gone has none", async () => {
    const comment = { path: "a.js", body: "why?", user: { login: "bob" } };
    const page = (number: number, from: number, size: number) =>
      nock(API)
        .get(REVIEW)
        .query({ per_page: 100, page: number })
        .reply(
          200,
          Array.from({ length: size }, (_, index) => ({ ...comment, id: from + index })),
        );
    page(1, 1, 100);
    page(2, 101, 3);
    expect(await forge.reviewComments(5, 9)).toHaveLength(103);
    nock(API).get(REVIEW).query(true).reply(404, { message: "Not Found" });
    expect(await forge.reviewComments(5, 9)).toEqual([]);
  });

  test("a reply goes into the thread; one that is gone is told so, and a refusal is one", async () => {
    nock(API).post(REPLIES, { body: "Done." }).reply(201, { id: 31 });
    expect(await forge.replyToReview(5, 21, "Done.")).toBe(31);
    nock(API).post(REPLIES).reply(404, { message: "Not Found" });
    expect(await forge.replyToReview(5, 21, "Done.")).toBeNull();
    nock(API).post(REPLIES).reply(403, { message: "Resource not accessible by integration" });
    await expect(forge.replyToReview(5, 21, "Done.")).rejects.toMatchObject({ retry: "never" });
    nock(API).post(REPLIES).reply(502, {});
    await expect(forge.replyToReview(5, 21, "Done.")).rejects.toMatchObject({ retry: "later" });
  });

  test("a marker counts in the app's own comments only", async () => {
    nock(API).get("/app").reply(200, { slug: "autopack" });
    const body = "<!-- mark -->\nDone.";
    const stolen = { id: 41, path: "a.js", body, user: { login: "mallory" } };
    const quoted = { id: 42, path: "a.js", body: `> ${body}`, user: { login: "autopack[bot]" } };
    const own = { id: 43, path: "a.js", body, user: { login: "autopack[bot]" } };
    const query = { sort: "created", direction: "desc", per_page: 100, page: 1 };
    nock(API).get(COMMENTS).query(query).reply(200, [stolen, quoted]);
    expect(await forge.findReviewReply(5, "<!-- mark -->")).toBeNull();
    nock(API).get(COMMENTS).query(query).reply(200, [stolen, own]);
    expect(await forge.findReviewReply(5, "<!-- mark -->")).toBe(43);
  });

  test("a reaction to a comment that is gone is nothing", async () => {
    nock(API).post(REACTIONS, { content: "eyes" }).reply(201, { id: 1 });
    await forge.reactToReview(21, "eyes");
    nock(API).post(REACTIONS).reply(404, { message: "Not Found" });
    await forge.reactToReview(21, "eyes");
  });
});

describe("where the app is installed", () => {
  let forges: Forges;

  beforeEach(() => {
    nock.disableNetConnect();
    ({ forges } = connectGithub());
  });

  afterEach(closeGithub);

  const repository = { owner: "acme", name: "widget" };

  test("is asked as the app; nowhere, and suspended, is the same", async () => {
    nock(API).get(INSTALLATION).reply(200, { id: 7, suspended_at: null });
    expect(await forges.installationOf(repository)).toBe(7);
    nock(API).get(INSTALLATION).reply(200, { id: 7, suspended_at: "2026-11-21T00:00:00Z" });
    expect(await forges.installationOf(repository)).toBeNull();
    nock(API).get(INSTALLATION).reply(404, { message: "Not Found" });
    expect(await forges.installationOf(repository)).toBeNull();
  });

  test("a GitHub in trouble does not mean that it is nowhere", async () => {
    nock(API).get(INSTALLATION).reply(502, {});
    await expect(forges.installationOf(repository)).rejects.toMatchObject({ retry: "later" });
    nock(API).get(INSTALLATION).reply(401, { message: "Bad credentials" });
    await expect(forges.installationOf(repository)).rejects.toMatchObject({ retry: "later" });
  });

  test("a repository that was renamed is found under its old name", async () => {
    const moved = "/repositories/101/installation";
    nock(API)
      .get(INSTALLATION)
      .reply(301, { message: "Moved Permanently" }, { location: `${API}${moved}` });
    nock(API).get(moved).reply(200, { id: 8 });
    expect(await forges.installationOf(repository)).toBe(8);
  });
});
