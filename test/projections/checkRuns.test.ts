import { expect, test } from "vitest";
import type { RunEvent } from "../../src/domain/event.ts";
import type { Run } from "../../src/domain/run.ts";
import { cutOutput } from "../../src/projections/checkRun.ts";
import type { CheckRun } from "../../src/domain/checkRun.ts";
import { checkRuns } from "../../src/projections/checkRuns.ts";
import { supersededCheck } from "../../src/projections/promotionCheck.ts";
import { SETTINGS, sha } from "../domain/runFixture.ts";
import { after, exhausted, landed, landing, OPENED, planned, promotable, refused, viewOf } from "./story.ts";

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
  const parts = checks.map(
    ({ name, title, summary, text, annotations }) =>
      `# ${name}: ${title}\n\n${summary}\n\n## Text\n\n${text}\n\n## Annotations\n\n${JSON.stringify(annotations, null, 2)}\n`,
  );
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
  expect(shown(run).at(-1)?.summary).toContain("`/autopack approve` by someone with write access other than alice");
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
  expect(supersededCheck(run, sha("9"))).toMatchObject({
    name: "autopack/promotion",
    sha: sha("9"),
    conclusion: "neutral",
    title: "Superseded by bbbbbbb",
  });
});

test("output beyond GitHub's limit is cut, said so, and its code block ended", () => {
  const cut = cutOutput(`\`\`\`text\n${"line\n".repeat(20_000)}\`\`\`\n`);
  expect(cut.length).toBeLessThanOrEqual(65_535);
  expect(cut).toMatch(/line\n```\n\n… cut at GitHub's limit/);
  expect(cutOutput("short")).toBe("short");
});
