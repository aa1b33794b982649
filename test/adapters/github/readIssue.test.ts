import nock from "nock";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readIssue } from "../../../src/adapters/github/readIssue.ts";
import { API, closeGithub, connectGithub, grantToken } from "./github.ts";

beforeEach(() => nock.disableNetConnect());
afterEach(closeGithub);

const ISSUE = { owner: "acme", name: "widget", number: 42 };

test("an issue is read as the installation in its repository; no text is an empty one", async () => {
  nock(API).get("/repos/acme/widget/installation").reply(200, { id: 7 });
  grantToken();
  nock(API).get("/repos/acme/widget/issues/42").reply(200, { title: "Greet", body: null });
  expect(await readIssue(connectGithub().probot, ISSUE)).toEqual({ title: "Greet", body: "" });
});

test("where the app is not installed, the failure says what was being done", async () => {
  nock(API).get("/repos/acme/widget/installation").reply(404, { message: "Not Found" });
  await expect(readIssue(connectGithub().probot, ISSUE)).rejects.toThrow(/reading issue #42 of acme\/widget/);
});
