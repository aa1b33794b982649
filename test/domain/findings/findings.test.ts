import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isDue } from "../../../src/domain/findings/backlogEntry.ts";
import { countFindings } from "../../../src/domain/findings/countFindings.ts";
import { findingKey } from "../../../src/domain/findings/findingKey.ts";
import { isGone } from "../../../src/domain/findings/isGone.ts";
import { occurrencesOf } from "../../../src/domain/findings/occurrencesOf.ts";
import { phaseFindings } from "../../../src/domain/findings/phaseFindings.ts";
import { sightEntry } from "../../../src/domain/findings/sightEntry.ts";
import type { LivingEntry, Sighting } from "../../../src/domain/findings/sightEntry.ts";
import { tierCleanliness } from "../../../src/domain/findings/tierCleanliness.ts";
import type { PhaseId } from "../../../src/domain/ids.ts";
import type { Phase } from "../../../src/domain/phase.ts";
import type { Run } from "../../../src/domain/run.ts";
import { artifact, queuedRun, RUN_ID, strategy } from "../runFixture.ts";
import { attempt, finding, landedPhase } from "./findingFixture.ts";

const word = fc.stringMatching(/^[g-z]{3,8}$/);
const path = fc.option(fc.stringMatching(/^[a-zA-Z0-9:%_. /-]{1,300}$/), { nil: null });

describe("findingKey", () => {
  test("numbers, times and hashes in a title do not matter", () => {
    const changing = fc.oneof(
      fc
        .tuple(fc.nat(), fc.constantFrom(" ms", "ms", "s", " seconds", " min"))
        .map(([many, unit]) => `${many}.5${unit}`),
      fc.stringMatching(/^[0-9a-f]{40}$/),
      fc.uuid(),
      fc.nat().map((line) => `${line}:${line % 80}`),
    );
    fc.assert(
      fc.property(word, word, fc.tuple(changing, changing), (before, after, [one, other]) => {
        // A hash of 40 decimal digits reads as a number: both are passed over.
        expect(findingKey(finding(`${before} ${one}, ${after}`))).toBe(
          findingKey(finding(`${before} ${other}, ${after}`)),
        );
      }),
    );
  });

  test("quotes, case, space, lines, severity and source do not matter", () => {
    const one = finding("Unused  “total” in\nsum()", { lines: { start: 3, end: 3 } });
    const other = finding("unused `total` in sum()", {
      severity: "major",
      source: "auditor",
      lines: { start: 9, end: 9 },
    });
    expect(findingKey(one)).toBe(findingKey(other));
  });

  test("different paths do", () => {
    fc.assert(
      fc.property(path, path, fc.string(), (one, other, title) => {
        fc.pre(one?.replace(/^(?:\.\/)+/, "") !== other?.replace(/^(?:\.\/)+/, ""));
        expect(findingKey({ title, path: one })).not.toBe(findingKey({ title, path: other }));
      }),
    );
    expect(findingKey({ title: "b: c", path: "a" })).not.toBe(findingKey({ title: "c", path: "a: b" }));
  });

  test("is short, one line, and has nothing invisible in it, however long path and title are", () => {
    const wild = fc.string({ unit: "binary", maxLength: 300 });
    fc.assert(
      fc.property(wild, fc.stringMatching(/^[a-z/]{0,300}$/), (title, place) => {
        const key = findingKey({ title, path: place });
        expect(key.length).toBeLessThanOrEqual(400);
        expect(key.isWellFormed()).toBe(true);
        expect(key).not.toMatch(/\p{Cc}/u);
      }),
    );
    const deep = "x/".repeat(2000);
    expect(findingKey({ title: "t", path: `${deep}a` })).not.toBe(findingKey({ title: "t", path: `${deep}b` }));
  });
});

const findings = fc.array(
  fc
    .record({
      title: fc.constantFrom("one", "two", "three", "four"),
      severity: fc.constantFrom("minor" as const, "major" as const),
    })
    .map(({ title, severity }) => finding(title, { severity })),
);

function judge(severity: "minor" | "major", agedKeys: readonly string[]): readonly string[] {
  const tier = [landedPhase(1, [finding("one", { severity })])];
  return tierCleanliness(tier, { strategy: strategy(), agedKeys }).reasons;
}

describe("what counts", () => {
  test("each problem once, at its gravest; what is due is major", () => {
    fc.assert(
      fc.property(findings, fc.subarray(["one", "two"]), (all, due) => {
        const aged = due.map((title) => findingKey(finding(title)));
        const titles = new Set(all.map(({ title }) => title));
        const major = [...titles].filter(
          (title) => due.includes(title) || all.some((each) => each.title === title && each.severity === "major"),
        );
        expect(countFindings(all, aged)).toEqual({ minor: titles.size - major.length, major: major.length });
        const kept = phaseFindings(landedPhase(1, all));
        expect(kept.map(({ title }) => title)).toEqual([...titles]);
        for (const { title, severity } of kept)
          expect(severity).toBe(all.some((e) => e.title === title && e.severity === "major") ? "major" : "minor");
      }),
    );
  });

  test.each([
    ["normal", 2],
    ["safety_critical", 1],
  ] as const)("a tier of a %s run may carry %i minor findings a phase", (profile, each) => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.nat(20), (phases, minor) => {
        const all = "abcdefghijklmnopqrstuvwxyz"
          .slice(0, minor)
          .split("")
          .filter(Boolean)
          .map((title) => finding(title));
        const tier = Array.from({ length: phases }, (_, index) => landedPhase(index + 1, index === 0 ? all : []));
        const judged = tierCleanliness(tier, { strategy: strategy({ profile }), agedKeys: [] });
        expect(judged.cleanliness).toBe(minor <= each * phases ? "clean" : "not_clean");
        expect(judged.reasons.length > 0).toBe(judged.cleanliness === "not_clean");
      }),
    );
  });

  test("one major finding, or one that is due, and the tier is not clean", () => {
    expect(judge("minor", [])).toEqual([]);
    expect(judge("major", [])).toEqual(["1 major finding"]);
    expect(judge("minor", [findingKey(finding("one"))])).toEqual(["1 major finding"]);
  });
});

describe("occurrences", () => {
  const step = { name: "test", command: "npm test", exitCode: 1, durationMs: 1, tail: "not ok 1", log: artifact("2") };
  const phase: Phase = landedPhase(1, [finding("leak at line 3"), finding("leak at line 9", { severity: "major" })], {
    pastAttempts: [attempt(`${RUN_ID}.1.1`, "builder"), attempt(`${RUN_ID}.1.2`, "auditor")],
    attempt: attempt(`${RUN_ID}.1.3`, "builder", "pending"),
    evidence: [
      { gate: "ci", conclusion: "failure", reason: "", findings: [], steps: [{ ...step, outcome: "failed" }] },
    ],
    verdict: {
      patch: artifact("b"),
      decision: "approve",
      confidence: "high",
      summary: "",
      findings: [finding("leak", { source: "auditor" }), finding("no test", { path: null, source: "auditor" })],
    },
  });

  test("are of the attempt whose result was judged, with their repeats and evidence", () => {
    expect(occurrencesOf(phase)).toMatchObject([
      {
        stage: "builder",
        attemptId: `${RUN_ID}.1.1`,
        count: 2,
        finding: { severity: "major" },
        evidence: [artifact("1")],
      },
      {
        stage: "gates",
        attemptId: `${RUN_ID}.1.1`,
        finding: { source: "ci", severity: "major" },
        evidence: [artifact("2")],
      },
      { stage: "auditor", attemptId: `${RUN_ID}.1.2`, key: "src/a.ts: leak", evidence: [artifact("b"), artifact("1")] },
      { stage: "auditor", attemptId: `${RUN_ID}.1.2`, key: ": no test" },
    ]);
  });
});

describe("age", () => {
  test("grows never past the threshold by one run, and past it for good", () => {
    const age = fc.nat(10).chain((runs) => fc.nat(10).map((more) => ({ runs, tiers: runs + more })));
    const ageing = fc.record({ runs: fc.integer({ min: 2, max: 5 }), tiers: fc.integer({ min: 1, max: 5 }) });
    fc.assert(
      fc.property(age, ageing, (now, limits) => {
        if (now.runs < 2) expect(isDue(now, limits)).toBe(false);
        if (isDue(now, limits)) expect(isDue({ runs: now.runs + 1, tiers: now.tiers + 1 }, limits)).toBe(true);
      }),
    );
  });

  test.each([
    ["normal", 3],
    ["safety_critical", 2],
  ] as const)("in a %s run, the run number %i decides", (profile, decides) => {
    const { ageing } = strategy({ profile });
    expect([1, 2, 3].map((runs) => isDue({ runs, tiers: runs }, ageing))).toEqual(
      [1, 2, 3].map((runs) => runs >= decides),
    );
  });
});

function sighting(severity: "minor" | "major", ordinal = 1): Sighting {
  return {
    key: "k",
    title: "t",
    detail: "",
    path: null,
    source: "builder",
    severity,
    evidence: { run: RUN_ID, phase: `${RUN_ID}.${ordinal}` as PhaseId, artifacts: [] },
  };
}

describe("sightEntry", () => {
  const resolved: LivingEntry = { key: "k", severity: "major", status: "resolved", epoch: 2, evidence: [] };

  test("only grows graver while it is open", () => {
    const first = sightEntry(null, sighting("minor"), true);
    const second = sightEntry(first, sighting("major", 2), false);
    expect(sightEntry(second, sighting("minor", 3), false)).toMatchObject({
      severity: "major",
      epoch: 1,
      status: "open",
    });
  });

  test("what was resolved comes back afresh, but not by who had seen it before", () => {
    expect(sightEntry(resolved, sighting("minor"), true)).toMatchObject({
      severity: "minor",
      epoch: 3,
      status: "open",
    });
    expect(sightEntry(resolved, sighting("minor"), false)).toBe(null);
  });

  test("keeps the newest ten places, each once", () => {
    const all = Array.from({ length: 15 }, (_, index) => sighting("minor", index + 1));
    const end = [...all, ...all].reduce<LivingEntry | null>((entry, each) => sightEntry(entry, each, false), null);
    expect(end?.evidence.map(({ phase: id }) => id)).toEqual(all.slice(5).map(({ evidence }) => evidence.phase));
  });
});

function run(...phases: readonly Phase[]): Run {
  return { ...queuedRun(), phases };
}

describe("isGone", () => {
  const audited = {
    verdict: { patch: artifact("b"), decision: "approve", confidence: "high", summary: "", findings: [] },
  } as const;

  test("where a landed phase touched the path, and was looked at by who sees such problems", () => {
    const touching = landedPhase(1, [], { touched: ["src/a.ts"] });
    expect(isGone({ path: "src/a.ts", source: "builder" }, run(touching))).toBe(true);
    expect(isGone({ path: "src/b.ts", source: "builder" }, run(touching))).toBe(false);
    expect(isGone({ path: "src/a.ts", source: "auditor" }, run(touching))).toBe(false);
    expect(isGone({ path: "src/a.ts", source: "auditor" }, run({ ...touching, ...audited }))).toBe(true);
    expect(isGone({ path: "src/a.ts", source: "human" }, run({ ...touching, ...audited }))).toBe(false);
    expect(isGone({ path: "src/a.ts", source: "builder" }, run({ ...touching, state: { kind: "queued" } }))).toBe(
      false,
    );
  });
});
