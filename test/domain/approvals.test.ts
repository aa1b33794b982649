import { describe, expect, test } from "vitest";
import type { RunEvent } from "../../src/domain/event.ts";
import { freshApprovals } from "../../src/domain/promotion.ts";
import { transition } from "../../src/domain/transition.ts";
import { after, promotable } from "../projections/story.ts";
import { sha } from "./runFixture.ts";

const run = after(promotable());
const head = run.head ?? sha("0");
const NEXT = sha("e");
const moved: RunEvent = { kind: "head_moved", from: head, to: NEXT, by: "alice", commits: 1 };

function approved(of: string = head): RunEvent {
  return { kind: "approved", by: "bob", sha: of as typeof head };
}

describe("approvals", () => {
  test("count for the head they were given for, also when they are heard of before that head", () => {
    expect(freshApprovals(after([approved()], run))).toEqual(["bob"]);
    expect(freshApprovals(after([approved(NEXT)], run))).toEqual([]);
    expect(freshApprovals(after([approved(NEXT), moved], run))).toEqual(["bob"]);
    expect(freshApprovals(after([approved(), moved], run))).toEqual([]);
  });

  test("are given once", () => {
    expect(transition(after([approved()], run), approved()).changed).toBe(false);
  });

  test("are withdrawn with the review that gave them, or all of a person's", () => {
    const both = after([approved(), approved(NEXT), moved], run);
    expect(freshApprovals(after([{ kind: "approval_withdrawn", by: "bob", sha: head }], both))).toEqual(["bob"]);
    expect(freshApprovals(after([{ kind: "approval_withdrawn", by: "bob", sha: NEXT }], both))).toEqual([]);
    expect(after([{ kind: "approval_withdrawn", by: "bob" }], both).approvals).toEqual([]);
    expect(transition(both, { kind: "approval_withdrawn", by: "mona" }).changed).toBe(false);
  });
});
