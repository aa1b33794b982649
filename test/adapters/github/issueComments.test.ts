import nock from "nock";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Forge } from "../../../src/ports/forge.ts";
import { API, closeGithub, openWidget } from "./github.ts";

const PATH = "/repos/acme/widget/issues/7/comments";
let forge: Forge;

beforeEach(async () => {
  forge = await openWidget();
});

afterEach(closeGithub);

function comment(id: number, createdAt: string, more: object = {}): object {
  return {
    id,
    body: `Comment ${id}`,
    user: { login: "bob", type: "User" },
    author_association: "MEMBER",
    created_at: createdAt,
    updated_at: createdAt,
    ...more,
  };
}

function page(number: number, comments: readonly object[]): void {
  nock(API).get(PATH).query({ per_page: 100, page: number }).reply(200, comments);
}

test("comments with who wrote them, and when", async () => {
  page(1, [
    comment(1, "2026-11-21T10:00:00Z", { updated_at: "2026-11-21T12:00:00Z" }),
    comment(2, "2026-11-21T10:01:00Z", { user: { login: "ci[bot]", type: "Bot" }, author_association: "NONE" }),
    comment(3, "2026-11-21T10:02:00Z", { user: null, body: null }),
    comment(4, "2026-11-21T11:00:01Z"),
  ]);
  expect(await forge.issueComments(7, { until: "2026-11-21T11:00:00Z" })).toEqual([
    {
      id: 1,
      author: "bob",
      isBot: false,
      isInsider: true,
      createdAt: "2026-11-21T10:00:00Z",
      updatedAt: "2026-11-21T12:00:00Z",
      body: "Comment 1",
    },
    expect.objectContaining({ id: 2, isBot: true, isInsider: false }) as object,
    expect.objectContaining({ id: 3, author: null, body: "" }) as object,
  ]);
});

test("one call for each hundred, and none for what was written too late", async () => {
  const hundred = Array.from({ length: 100 }, (_, n) => comment(n + 1, "2026-11-21T10:00:00Z"));
  page(1, hundred);
  page(2, [...hundred.slice(1), comment(300, "2026-11-21T11:00:01Z")]);
  expect(await forge.issueComments(7, { until: "2026-11-21T11:00:00Z" })).toHaveLength(199);
});
