import { expect, test } from "vitest";
import { grantWishes } from "../../src/config/grantWishes.ts";
import { NO_WISHES } from "../../src/domain/wishes.ts";
import { SETTINGS } from "../domain/runFixture.ts";

const quick = { ...SETTINGS.builder, command: ["quick"] };
const settings = { ...SETTINGS, alternatives: { quick } };

test("without wishes the configuration counts", () => {
  expect(grantWishes(settings, NO_WISHES)).toEqual({ kind: "ok", settings });
});

test("another base branch, another Builder; nothing else changes", () => {
  const granted = grantWishes(settings, { ...NO_WISHES, base: "release/2", agent: "quick" });
  expect(granted).toEqual({ kind: "ok", settings: { ...settings, baseBranch: "release/2", builder: quick } });
});

test.each(["autonomous/7-k3f9x2ab", "-x", "a..b", "refs/heads/main", "HEAD", "a b", ""])("%j is no base", (base) => {
  expect(grantWishes(settings, { ...NO_WISHES, base })).toMatchObject({ kind: "refused" });
});

test.each(["slow", "constructor", "__proto__"])(
  "there is no agent %s, and the answer says which there are",
  (agent) => {
    expect(grantWishes(settings, { ...NO_WISHES, agent })).toMatchObject({
      kind: "refused",
      message: expect.stringContaining("there are `quick`"),
    });
    expect(grantWishes(SETTINGS, { ...NO_WISHES, agent })).toMatchObject({
      kind: "refused",
      message: expect.stringContaining("has no `agents.alternatives`"),
    });
  },
);
