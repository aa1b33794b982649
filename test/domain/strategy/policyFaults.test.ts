import { expect, test } from "vitest";
import { NO_POLICY } from "../../../src/domain/strategy/overrides.ts";
import { policyFaults } from "../../../src/domain/strategy/policyFaults.ts";
import { SETTINGS } from "../runFixture.ts";

const CLAUDE = { ...SETTINGS.builder, backend: "claude-code" } as const;

test("backends are the operator's to allow, in every role that a run may need", () => {
  const policy = { ...NO_POLICY, backends: ["claude-code"] as const };
  expect(policyFaults({ ...SETTINGS, builder: CLAUDE, auditor: CLAUDE }, policy)).toEqual([]);
  expect(
    policyFaults({ ...SETTINGS, builder: CLAUDE, auditor: CLAUDE, investigator: SETTINGS.builder }, policy),
  ).toEqual(["Agents of the backend `command` are not allowed on this server; `claude-code` are."]);
  expect(policyFaults(SETTINGS, NO_POLICY)).toEqual([]);
});

test("an alternative that nobody has chosen is not held against a repository", () => {
  const policy = { ...NO_POLICY, backends: ["claude-code"] as const };
  const settings = { ...SETTINGS, builder: CLAUDE, auditor: CLAUDE, alternatives: { other: SETTINGS.builder } };
  expect(policyFaults(settings, policy)).toEqual([]);
});
