import fc from "fast-check";
import { expect, test } from "vitest";
import { commandOfButton } from "../../src/commands/buttons.ts";
import { specs } from "../../src/commands/specs.ts";
import { externalId, readExternalId } from "../../src/domain/externalId.ts";
import type { GateEvidence } from "../../src/domain/gate.ts";
import type { RunEvent } from "../../src/domain/event.ts";
import type { Run } from "../../src/domain/run.ts";
import { cutOutput, restOf } from "../../src/projections/checkRun.ts";
import type { CheckRun } from "../../src/domain/checkRun.ts";
import { checkRuns } from "../../src/projections/checkRuns.ts";
import { supersededCheck } from "../../src/projections/promotionCheck.ts";
import { RUN_ID, SETTINGS, sha } from "../domain/runFixture.ts";
import {
  after,
  EVIDENCE,
  exhausted,
  HOSTILE,
  landed,
  landing,
  OPENED,
  planned,
  promotable,
  refused,
  viewOf,
} from "./story.ts";

const approvals = { promotion: { ...SETTINGS.promotion, approvals: 1 } };

function shown(run: Run): readonly CheckRun[] {
  return checkRuns(viewOf(run));
}

function verdicts(events: readonly RunEvent[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    shown(after(events)).map((check) => [check.name, `${check.conclusion ?? check.status}: ${check.title}`]),
  );
}

function markdown(checks: readonly CheckRun[]): string {
  const parts = checks.map(({ name, title, summary, text, annotations, actions }) => {
    const buttons = actions.map(({ label, description }) => `[${label}: ${description}]`).join(" ");
    const all = JSON.stringify(annotations, null, 2);
    return `# ${name}: ${title}\n\n${summary}\n\n## Text\n\n${text}\n\n## Annotations\n\n${all}\n\n## Buttons\n\n${buttons}\n`;
  });
  return parts.join("\n");
}

test("nothing before there is a commit", () => {
  expect(verdicts(planned())).toEqual({});
});

test("a head that is built on carries the promotion alone, in progress", () => {
  expect(verdicts([...planned(), ...landing(1, "b")])).toEqual({
    "autopack/promotion": "in_progress: 1 of 2 phases done",
  });
  expect(verdicts(landed())).toEqual({ "autopack/promotion": "in_progress: Verifying together with the base" });
});

test("a head at rest carries all four", async () => {
  expect(verdicts(promotable())).toEqual({
    "autopack/preflight": "success: Passed: the patch is fit and 1 command passed",
    "autopack/ci": "success: Passed: 1 command passed",
    "autopack/audit": "success: Passed: 2 commits approved, 4 findings",
    "autopack/promotion": "success: Ready to merge",
  });
  await expect(markdown(shown(after(promotable())))).toMatchFileSnapshot(
    "../../fixtures/comments/checks-promotable.md",
  );
});

test("each is found again by run, gate and commit", () => {
  const [preflight] = shown(after(promotable()));
  expect(preflight).toMatchObject({ externalId: `7-k3f9x2ab/preflight/${sha("c")}`, sha: sha("c") });
});

test("missing approvals need an action, and the summary says whose", () => {
  const run = after(promotable(approvals));
  expect(verdicts(promotable(approvals))["autopack/promotion"]).toBe("action_required: Waiting for approval");
  expect(shown(run).at(-1)?.summary).toContain(
    "`/autopack approve`, or an approving review, by someone with write access other than alice",
  );
});

test("GitHub's own refusal needs an action", () => {
  const events: RunEvent[] = [...promotable(), { kind: "merge_refused", head: sha("c"), message: "not mergeable" }];
  expect(verdicts(events)["autopack/promotion"]).toBe("action_required: GitHub would not merge it");
});

test("merging changes nothing that was said", () => {
  const merged = after([...promotable(), { kind: "pull_merged", sha: sha("e"), by: "bob" }]);
  expect(shown(merged)).toEqual(shown(after(promotable())));
});

test("a merge by hand before its time is not called a success", () => {
  const events: RunEvent[] = [...landed(), { kind: "pull_merged", sha: sha("e"), by: "bob" }];
  expect(verdicts(events)["autopack/promotion"]).toBe("neutral: Merged by hand before everything was met");
});

test("a failed run fails its head; a cancelled one cancels it", () => {
  expect(verdicts(exhausted)["autopack/promotion"]).toBe("failure: Failed: not every phase could be done");
  const cancelled: RunEvent[] = [...landed(), { kind: "cancel_requested", by: "bob" }];
  expect(verdicts(cancelled)["autopack/promotion"]).toBe("cancelled: The run was cancelled");
});

test("findings with a place are annotations, all of them", () => {
  const audit = shown(after(promotable())).find((check) => check.name === "autopack/audit");
  expect(audit?.annotations).toHaveLength(2);
  expect(audit?.annotations[0]).toEqual({
    path: "src/greet.ts",
    startLine: 3,
    endLine: 4,
    level: "warning",
    title: "a name in part 1",
    message: "`x` says nothing; @acme/owners",
  });
  expect(audit?.text).toContain("no changelog entry");
});

test("a refused configuration fails on the base, on its lines", () => {
  const problems = [{ path: ".github/autopack.yml", line: 3, column: 5, message: "unknown key `agent`" }];
  const [check, ...others] = shown(after(refused("config_invalid", "`.github/autopack.yml` is not valid", problems)));
  expect(others).toEqual([]);
  expect(check).toMatchObject({
    name: "autopack/config",
    sha: sha("a"),
    conclusion: "failure",
    title: "1 problem found",
    annotations: [{ path: ".github/autopack.yml", startLine: 3, endLine: 3, level: "failure" }],
  });
});

test("a head left behind is closed without a verdict", () => {
  const run = after([...planned(), ...landing(1, "b"), OPENED]);
  expect(supersededCheck(run, "promotion", sha("9"))).toMatchObject({
    name: "autopack/promotion",
    sha: sha("9"),
    conclusion: "neutral",
    title: "Superseded by bbbbbbb",
  });
});

const RED: readonly GateEvidence[] = EVIDENCE.map((item) =>
  item.gate === "ci"
    ? { ...item, conclusion: "failure", reason: `“test” exited with 1 ${HOSTILE}`, profile: "strict" }
    : item,
);
const HEAD = sha("c");
const FAILED: readonly RunEvent[] = [
  ...landed(),
  { kind: "gates_verified", head: HEAD, base: sha("a"), conflicts: [], evidence: RED },
];
const AWAITING: RunEvent = {
  kind: "ci_awaited",
  awaiting: {
    head: HEAD,
    base: sha("a"),
    checks: [{ check: "build / *", timeoutMs: 1000, startWithinMs: 1000 }],
    evidence: EVIDENCE,
    since: "2026-01-02T08:00:00Z",
  },
};
const OVERRIDE: RunEvent = { kind: "gate_overridden", by: "mona", gate: "ci", sha: HEAD, reason: `flaky ${HOSTILE}` };
const HELD: RunEvent = { kind: "held", how: "hold", by: "bob", reason: "release week" };
const onCommand = { promotion: { ...SETTINGS.promotion, merge: "on_command" as const, approvals: 1 } };

/** Every state that a head's check runs can be in, with the buttons of each check run that has any. */
const STATES: readonly (readonly [string, readonly RunEvent[], Readonly<Record<string, readonly string[]>>])[] = [
  ["building", [...planned(), ...landing(1, "b")], { promotion: ["cancel"] }],
  ["building-held", [...planned(), ...landing(1, "b"), HELD], { promotion: ["unhold", "cancel"] }],
  ["paused", [...promotable(), { ...HELD, how: "pause" }], { promotion: ["resume", "cancel"] }],
  ["verifying", landed(), { promotion: ["cancel"] }],
  ["awaiting-ci", [...landed(), AWAITING], { promotion: ["cancel"] }],
  [
    "running-again",
    [...promotable(), { kind: "gate_rerun_requested", by: "bob", gate: "ci", profile: null }],
    { promotion: ["cancel"] },
  ],
  ["red", FAILED, { ci: ["rerun_ci", "retry", "cancel"], promotion: ["retry", "cancel"] }],
  ["overridden", [...FAILED, OVERRIDE], {}],
  ["waiting", promotable(approvals), { promotion: ["approve", "cancel"] }],
  ["on-command", promotable(onCommand), { promotion: ["approve", "promote", "cancel"] }],
  ["held", [...promotable(), HELD], { promotion: ["unhold", "cancel"] }],
  [
    "merge-refused",
    [...promotable(), { kind: "merge_refused", head: HEAD, message: "not mergeable" }],
    { promotion: ["retry", "cancel"] },
  ],
  ["cancelled", [...promotable(), { kind: "cancel_requested", by: "bob" }], {}],
];

test.each(STATES)("%s: its words and its buttons", async (name, events, expected) => {
  const checks = shown(after(events));
  const buttons = checks.flatMap(({ name: full, actions }) =>
    actions.length === 0 ? [] : [[full.replace("autopack/", ""), actions.map(({ identifier }) => identifier)] as const],
  );
  expect(Object.fromEntries(buttons)).toEqual(expected);
  await expect(markdown(checks)).toMatchFileSnapshot(`../../fixtures/comments/checks-${name}.md`);
});

test("GitHub's limits of buttons are kept, and each gives a command that pull requests take", () => {
  const ids = STATES.flatMap(([, events]) => shown(after(events)).flatMap(({ actions }) => actions));
  for (const { label, description, identifier } of ids) {
    expect([label.length <= 20, description.length <= 40, identifier.length <= 20]).toEqual([true, true, true]);
    const command = commandOfButton(identifier, HEAD);
    expect(command?.kind).toBe("command");
    if (command?.kind === "command") expect(specs[command.name].where).toContain("pull_request");
  }
  for (const [, events] of STATES)
    for (const { actions } of shown(after(events))) expect(actions.length).toBeLessThanOrEqual(3);
  expect(commandOfButton("toString", HEAD)).toBeNull();
  expect(commandOfButton("approve", HEAD)).toMatchObject({ name: "approve", sha: HEAD });
});

test("external ids are read as they were written, and nothing else is", () => {
  fc.assert(
    fc.property(fc.constantFrom("preflight", "ci", "audit", "promotion", "config"), (check) => {
      const id = { of: RUN_ID, check, sha: HEAD } as const;
      expect(readExternalId(externalId(id.of, id.check, id.sha))).toEqual(id);
    }),
  );
  for (const text of ["", "run/ci/sha", `7-k3f9x2ab/deploy/${HEAD}`, `7-k3f9x2ab/ci/${HEAD}/x`, `x/ci/${HEAD}`])
    expect(readExternalId(text)).toBeNull();
});

test("output beyond GitHub's limit is cut, said so, and its code block ended", () => {
  const rest = restOf(viewOf(after(promotable())));
  const cut = cutOutput(`\`\`\`text\n${"line\n".repeat(20_000)}\`\`\`\n`, rest);
  expect(cut.length).toBeLessThanOrEqual(65_535);
  expect(cut).toMatch(/line\n```\n\n… cut at GitHub's limit of 65,535 characters. The rest: it is kept with \[/);
  expect(cut).toContain("https://github.com/acme/widget/issues/7");
  expect(cutOutput("short", rest)).toBe("short");
  // Where GitHub counts bytes, a character may be four of them.
  const wide = cutOutput("😀".repeat(30_000), rest);
  expect(Buffer.byteLength(wide)).toBeLessThanOrEqual(65_535);
  expect(wide).not.toContain("\uFFFD");
});
