import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { HANDLED_EVENTS, UNASKED_EVENTS } from "../../src/inbox/handledEvents.ts";

const text = readFileSync("app.yml", "utf8");
const manifest = parse(text) as { default_events: string[]; default_permissions: Record<string, string> };

test("the App subscribes to the events that are handled, and to no other", () => {
  const asked = HANDLED_EVENTS.filter((event) => !UNASKED_EVENTS.includes(event));
  expect(manifest.default_events.toSorted()).toEqual(asked.toSorted());
});

test("the App asks for these permissions and no more", () => {
  expect(manifest.default_permissions).toEqual({
    contents: "write",
    pull_requests: "write",
    issues: "write",
    checks: "write",
    statuses: "read",
    merge_queues: "read",
    metadata: "read",
  });
});

test("no value has an apostrophe, which would end the attribute that Probot's page puts the manifest in", () => {
  expect(JSON.stringify(manifest)).not.toContain("'");
});
