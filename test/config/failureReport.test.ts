import * as fc from "fast-check";
import { expect, test } from "vitest";
import { readFailureReport } from "../../src/config/failureReport.ts";

const read = (error: unknown) => readFailureReport(JSON.stringify({ summary: "half done", error }));

test.each(["", "{oops", "null", "[]", "{}", '{"error": null}', '{"verdict": "approve"}'])("no report: %s", (text) => {
  expect(readFailureReport(text)).toBeNull();
});

test("a rate limit, with what the provider asks for", () => {
  expect(read({ class: "rate_limit", message: "slow\u0000 down", retry_after_seconds: 30 })).toEqual({
    class: "rate_limit",
    message: "slow down",
    retryAfterSeconds: 30,
  });
  expect(read({ class: "rate_limit", retry_after_seconds: "soon" })).toEqual({
    class: "rate_limit",
    message: "The model provider limits the rate of requests.",
    retryAfterSeconds: null,
  });
});

test.each(["provider", "connection", "authentication", "permission", "bad_request", "not_found"])("%s", (name) => {
  expect(read({ class: name, message: "no", retry_after_seconds: 5 })).toEqual({ class: name, message: "no" });
});

test("an error that nobody knows is one that trying again does not mend", () => {
  expect(read({ class: "unknown", message: "418" })).toEqual({ class: "bad_request", message: "418" });
});

test.each([
  "it broke",
  7,
  {},
  { class: "environment" },
  { class: "policy", message: "x" },
  { class: "rate_limit", message: 5 },
])("junk: %j", (error) => {
  expect(read(error)).toMatchObject({ kind: "junk", message: expect.stringContaining("error") as string });
});

test("anything at all is read without a throw", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        fc.json().map((json) => `{"error": ${json}}`),
      ),
      (text) => {
        readFailureReport(text);
      },
    ),
  );
});
