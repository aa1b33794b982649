import { describe, expect, test } from "vitest";
import { workflowStarts } from "../../src/config/workflowStarts.ts";

const BRANCHES = { run: "autonomous/7-k3f9x2ab", base: "main" };

function read(text: string) {
  return workflowStarts({ path: ".github/workflows/ci.yml", text }, BRANCHES);
}

describe("whether a workflow starts for a run", () => {
  test.each([
    ["on: push", true],
    ["on: [push, workflow_dispatch]", true],
    ["on: { push: }", true],
    ["on: { push: { branches: [main] } }", false],
    ["on: { push: { branches: ['autonomous/**'] } }", true],
    ["on: { push: { branches: ['autonomous/*'] } }", true],
    ["on: { push: { branches: ['*'] } }", false],
    ["on: { push: { branches: ['**'] } }", true],
    ["on: { push: { branches: ['**', '!autonomous/**'] } }", false],
    ["on: { push: { branches: ['!autonomous/**', '**'] } }", true],
    ["on: { push: { branches-ignore: ['autonomous/**'] } }", false],
    ["on: { push: { branches-ignore: [main] } }", true],
    ["on: { push: { tags: ['v*'] } }", false],
    ["on: { push: { tags: ['v*'], branches: '**' } }", true],
    ["on: pull_request", true],
    ["on: { pull_request: { branches: [main, next] } }", true],
    ["on: { pull_request: { branches: [next] } }", false],
    ["on: { pull_request: { types: [closed, labeled] } }", false],
    ["on: { pull_request: { types: [opened, synchronize] } }", true],
    ["on: { pull_request: { paths: ['docs/**'] } }", true],
    ["on: { pull_request_target: }", true],
    ["on: { schedule: [{ cron: '0 0 * * *' }] }", false],
    ["on: workflow_dispatch", false],
    ["on: { push: 7 }", true],
  ])("%s", (on, starts) => {
    expect(read(`${on}\njobs: {}\n`)?.starts).toBe(starts);
  });
});

test("jobs report under their names; a matrix and other workflows' jobs make theirs up later", () => {
  const jobs = [
    "  test: { runs-on: x }",
    "  lint: { name: Lint all }",
    "  matrix: { strategy: { matrix: { node: [20] } } }",
    "  called: { uses: ./.github/workflows/other.yml }",
    "  named: { name: 'x ${{ github.ref }}' }",
  ];
  expect(read(`on: push\njobs:\n${jobs.join("\n")}\n`)?.jobs).toEqual(["test", "Lint all"]);
});

test.each(["", "on", ": {", "- a\n- b", "jobs: {}", "on: 7"])("%j is no workflow", (text) => {
  expect(read(text)).toBeNull();
});
