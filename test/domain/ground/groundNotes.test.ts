import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { BranchRules } from "../../../src/domain/ground.ts";
import type { GroundFacts, HostFacts } from "../../../src/domain/ground/groundFacts.ts";
import { groundNotes, isConfigToBlame } from "../../../src/domain/ground/groundNotes.ts";
import type { PromotionSettings } from "../../../src/domain/settings.ts";

const NO_RULES: BranchRules = {
  requiredChecks: [],
  requiredApprovals: 0,
  codeOwnerReview: false,
  dismissStaleReviews: false,
  conversationResolution: false,
  signedCommits: false,
  linearHistory: false,
  mergeQueue: false,
  mergeMethods: null,
};
const HOST: HostFacts = {
  archived: false,
  mergeMethods: ["merge", "squash", "rebase"],
  autoMergeAllowed: true,
  locked: false,
  rules: NO_RULES,
  runBranchRules: [],
};
const PEOPLE: PromotionSettings = { approvals: 0, merge: "people", ready: "auto", method: "merge" };
const FACTS: GroundFacts = {
  permissions: { contents: "write", pull_requests: "write", checks: "write", issues: "write", statuses: "read" },
  host: HOST,
  baseBranch: "main",
  workflows: [],
  otherCi: [],
  promotion: PEOPLE,
  awaited: [],
  dryRun: false,
};

function withRules(rules: Partial<BranchRules>, more: Partial<GroundFacts> = {}): GroundFacts {
  return { ...FACTS, ...more, host: { ...HOST, rules: { ...NO_RULES, ...rules } } };
}

function requiring(check: string, more: Partial<GroundFacts> = {}): GroundFacts {
  return withRules({ requiredChecks: [check] }, more);
}

/** `level name`, in their order. */
function notesOf(facts: GroundFacts): readonly string[] {
  return groundNotes(facts).map(({ level, name }) => `${level} ${name}`);
}

const merging = (merge: PromotionSettings["merge"], method: PromotionSettings["method"] = "merge") => ({
  promotion: { ...PEOPLE, merge, method },
});

test("good ground has no notes; what could not be read is held against nobody", () => {
  expect(notesOf(FACTS)).toEqual([]);
  expect(notesOf({ ...FACTS, host: null, permissions: null })).toEqual([]);
});

describe("permissions", () => {
  test.each(["contents", "pull_requests", "checks", "issues"])("%s is needed to write", (name) => {
    for (const level of ["read", undefined]) {
      const { [name]: _, ...others } = FACTS.permissions ?? {};
      const permissions = level === undefined ? others : { ...others, [name]: level };
      const [note, ...rest] = groundNotes({ ...FACTS, permissions });
      expect(rest).toEqual([]);
      expect(note).toMatchObject({
        name: "permissions",
        level: "blocks",
        message: expect.stringContaining(`${name}: write`),
      });
    }
  });

  test("a dry run needs the issue alone; statuses matter where checks are waited for", () => {
    expect(notesOf({ ...FACTS, dryRun: true, permissions: { issues: "write" } })).toEqual([]);
    const permissions = { contents: "write", pull_requests: "write", checks: "write", issues: "write" };
    expect(notesOf({ ...FACTS, permissions })).toEqual([]);
    expect(notesOf({ ...FACTS, permissions, awaited: ["build"], otherCi: ["Jenkinsfile"] })).toEqual([
      "warns permissions",
    ]);
  });
});

describe("rules for the branches of runs", () => {
  test.each([
    ["creation", ["blocks push_rules"]],
    ["required_signatures", ["blocks push_rules"]],
    ["pull_request", ["blocks push_rules"]],
    ["non_fast_forward", ["warns push_rules"]],
    ["deletion", ["warns push_rules"]],
    ["something_new", []],
    ["constructor", []],
  ])("%s", (type, expected) => {
    const host = { ...HOST, runBranchRules: [type, type] };
    expect(notesOf({ ...FACTS, host })).toEqual(expected);
    expect(notesOf({ ...FACTS, host, dryRun: true })).toEqual([]);
  });
});

describe("the merge", () => {
  test.each<[string, GroundFacts, readonly string[]]>([
    ["signed commits, people merge", withRules({ signedCommits: true }), ["warns signed_commits"]],
    [
      "signed commits, Autopack merges",
      withRules({ signedCommits: true }, merging("autopack")),
      ["blocks signed_commits"],
    ],
    ["signed commits, squashed", withRules({ signedCommits: true }, merging("autopack", "squash")), []],
    ["linear history", withRules({ linearHistory: true }, merging("github")), ["blocks linear_history"]],
    ["linear history, rebased", withRules({ linearHistory: true }, merging("github", "rebase")), []],
    ["linear history, in a queue", withRules({ linearHistory: true, mergeQueue: true }, merging("queue")), []],
    [
      "a method no rule allows",
      withRules({ mergeMethods: ["squash"] }, merging("on_command")),
      ["blocks merge_method"],
    ],
    ["people choose the method", withRules({ mergeMethods: ["squash"] }), []],
    ["a queue that is not used", withRules({ mergeQueue: true }, merging("autopack")), ["blocks merge_queue"]],
    ["a queue by auto-merge", withRules({ mergeQueue: true }, merging("github")), []],
    ["no queue", withRules({}, merging("queue")), ["blocks merge_queue"]],
    ["reviews, Autopack merges", withRules({ requiredApprovals: 2 }, merging("autopack")), ["warns required_reviews"]],
    [
      "auto-merge is off",
      { ...FACTS, ...merging("github"), host: { ...HOST, autoMergeAllowed: false } },
      ["blocks auto_merge"],
    ],
    ["a locked branch", { ...FACTS, host: { ...HOST, locked: true } }, ["blocks locked"]],
    ["an archived repository", { ...FACTS, host: { ...HOST, archived: true } }, ["blocks archived"]],
  ])("%s", (_, facts, expected) => {
    expect(notesOf(facts)).toEqual(expected);
  });

  test("only what another configuration would do away with is the configuration's fault", () => {
    expect(isConfigToBlame(groundNotes(withRules({ mergeQueue: true }, merging("autopack"))))).toBe(true);
    expect(isConfigToBlame(groundNotes({ ...FACTS, host: { ...HOST, archived: true } }))).toBe(false);
    expect(isConfigToBlame(groundNotes(withRules({ signedCommits: true })))).toBe(false);
    expect(isConfigToBlame([])).toBe(false);
  });
});

describe("checks", () => {
  const dead = { path: ".github/workflows/ci.yml", jobs: ["test"], starts: false };
  const alive = { ...dead, starts: true };

  test.each<[string, Partial<GroundFacts>, readonly string[]]>([
    ["its workflow starts", { workflows: [alive] }, []],
    ["its workflow does not start", { workflows: [dead] }, ["blocks ci_start"]],
    ["no workflow has it, and none starts", { workflows: [{ ...dead, jobs: ["lint"] }] }, ["warns ci_start"]],
    ["no workflow has it, and others start", { workflows: [{ ...alive, jobs: ["lint"] }] }, []],
    ["another service may report it", { otherCi: [".circleci/config.yml"] }, []],
    ["a dry run waits for nothing", { workflows: [dead], dryRun: true }, []],
  ])("awaited: %s", (_, more, expected) => {
    expect(notesOf({ ...FACTS, awaited: ["te*"], ...more })).toEqual(expected);
  });

  test.each<[string, GroundFacts, readonly string[]]>([
    ["Autopack's own", requiring("autopack/promotion"), []],
    ["no gate of Autopack's", requiring("autopack/tests"), ["blocks required_checks"]],
    ["nobody reports it", requiring("test", { workflows: [dead] }), ["warns required_checks"]],
    ["reported", requiring("test", { workflows: [alive] }), []],
    ["not waited for", requiring("test", { workflows: [alive], ...merging("autopack") }), ["warns required_checks"]],
    ["waited for", requiring("test", { workflows: [alive], awaited: ["t?st"], ...merging("autopack") }), []],
    ["left to GitHub", requiring("test", { workflows: [alive], ...merging("github") }), []],
  ])("required: %s", (_, facts, expected) => {
    expect(notesOf(facts)).toEqual(expected);
  });
});

test("whatever the facts: every note says what and what to do, and what blocks comes first", () => {
  const words = fc.subarray(["test", "autopack/ci", "autopack/x", "creation", "deletion", "update"]);
  const rules = fc.record({
    requiredChecks: words,
    requiredApprovals: fc.integer({ min: 0, max: 6 }),
    codeOwnerReview: fc.boolean(),
    dismissStaleReviews: fc.boolean(),
    conversationResolution: fc.boolean(),
    signedCommits: fc.boolean(),
    linearHistory: fc.boolean(),
    mergeQueue: fc.boolean(),
    mergeMethods: fc.option(fc.subarray(["merge" as const, "squash" as const, "rebase" as const]), { nil: null }),
  });
  const host = fc.record({
    archived: fc.boolean(),
    mergeMethods: fc.subarray(["merge" as const, "squash" as const, "rebase" as const]),
    autoMergeAllowed: fc.boolean(),
    locked: fc.boolean(),
    rules,
    runBranchRules: words,
  });
  const promotion = fc.record({
    approvals: fc.constant(0),
    merge: fc.constantFrom(
      "people" as const,
      "autopack" as const,
      "on_command" as const,
      "github" as const,
      "queue" as const,
    ),
    ready: fc.constant("auto" as const),
    method: fc.constantFrom("merge" as const, "squash" as const, "rebase" as const),
  });
  fc.assert(
    fc.property(host, promotion, words, (facts, settings, awaited) => {
      const notes = groundNotes({ ...FACTS, host: facts, promotion: settings, awaited });
      const levels = notes.map(({ level }) => level);
      expect(levels).toEqual(levels.toSorted());
      for (const { message, remedy } of notes) {
        expect(message).not.toMatch(/[.!?]$/);
        expect(remedy).toMatch(/\S/);
      }
    }),
  );
});
