import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LEVELS, MEASURES, NOTHING_SPENT } from "../../../src/domain/budget/budget.ts";
import type { Amounts, Budgets, Grant, Level, Measure, Tally } from "../../../src/domain/budget/budget.ts";
import { grant, mayComeFree } from "../../../src/domain/budget/grant.ts";

type Tallies = Readonly<Record<Level, Tally>>;

function levels<T>(of: (level: Level) => T): Readonly<Record<Level, T>> {
  return Object.fromEntries(LEVELS.map((level) => [level, of(level)])) as Readonly<Record<Level, T>>;
}

const UNLIMITED: Budgets = levels(() => ({}));

function spent(part: Partial<Record<Level, Amounts>>): Tallies {
  return levels((level) => ({ spent: part[level] ?? {}, reserved: {} }));
}

function judge(caps: Partial<Budgets>, used: Partial<Record<Level, Amounts>>, wanted: Amounts): Grant {
  return grant({ caps: { ...UNLIMITED, ...caps }, tallies: spent(used), wanted });
}

/** Amounts as the ledger can hold them: whole units, money to a millionth, time to a millisecond. */
function amounts(max: number): fc.Arbitrary<Amounts> {
  const whole = fc.nat(max);
  const of = (measure: Measure): fc.Arbitrary<number> =>
    measure === "cost_usd"
      ? whole.map((millionths) => millionths / 1_000_000)
      : measure === "seconds"
        ? whole.map((ms) => ms / 1000)
        : whole;
  return fc.record(Object.fromEntries(MEASURES.map((measure) => [measure, of(measure)])), { requiredKeys: [] });
}

const caps = fc.record(Object.fromEntries(LEVELS.map((level) => [level, amounts(20)]))) as fc.Arbitrary<Budgets>;
const used = fc.record(Object.fromEntries(LEVELS.map((level) => [level, amounts(20)]))) as fc.Arbitrary<Budgets>;

/** In millionths: exact for all measures. */
function micros(amount: number | undefined): number {
  return Math.round((amount ?? 0) * 1_000_000);
}

function turned<T extends object>(record: T): T {
  return Object.fromEntries(Object.entries(record).toReversed()) as T;
}

describe("grants", () => {
  test("nothing past any cap, and nothing more than is wanted", () => {
    fc.assert(
      fc.property(caps, used, amounts(20), (limit, before, wanted) => {
        const decided = judge(limit, before, wanted);
        if (decided.kind === "refused") return;
        for (const measure of MEASURES) {
          const granted = micros(decided.amounts[measure]);
          expect(granted).toBeLessThanOrEqual(micros(wanted[measure]));
          for (const level of LEVELS) {
            if (limit[level][measure] === undefined || granted === 0) continue;
            expect(micros(before[level][measure]) + granted).toBeLessThanOrEqual(micros(limit[level][measure]));
          }
        }
      }),
    );
  });

  test("something of everything that is wanted, CI runs and findings in full", () => {
    fc.assert(
      fc.property(caps, used, amounts(20), (limit, before, wanted) => {
        const decided = judge(limit, before, wanted);
        if (decided.kind === "refused") return;
        for (const measure of MEASURES) {
          if ((wanted[measure] ?? 0) > 0) expect(decided.amounts[measure]).toBeGreaterThan(0);
        }
        for (const measure of ["ci_runs", "findings"] as const)
          expect(decided.amounts[measure] ?? 0).toBe(wanted[measure] ?? 0);
      }),
    );
  });

  test("one after the other, in whatever order, until the cap is reached exactly", () => {
    fc.assert(
      fc.property(fc.nat(200), fc.array(fc.integer({ min: 1, max: 50 }), { maxLength: 20 }), (cap, orders) => {
        const take = (sizes: readonly number[]): number =>
          sizes.reduce((taken, tokens) => {
            const decided = judge({ run: { tokens: cap } }, { run: { tokens: taken } }, { tokens });
            return taken + (decided.kind === "granted" ? (decided.amounts.tokens ?? 0) : 0);
          }, 0);
        const wanted = orders.reduce((sum, tokens) => sum + tokens, 0);
        expect(take(orders)).toBe(Math.min(cap, wanted));
        expect(take(orders.toReversed())).toBe(take(orders));
      }),
    );
  });

  test("the same, however the measures and the levels are written down", () => {
    fc.assert(
      fc.property(caps, used, amounts(20), (limit, before, wanted) => {
        expect(judge(turned(limit), turned(before), turned(wanted))).toEqual(judge(limit, before, wanted));
      }),
    );
  });

  test("all that is wanted where nothing is capped", () => {
    fc.assert(
      fc.property(used, amounts(1000), (before, wanted) => {
        const some = Object.fromEntries(Object.entries(wanted).filter(([, amount]) => amount > 0));
        expect(judge({}, before, wanted)).toEqual({ kind: "granted", amounts: some });
      }),
    );
  });
});

describe("refusals", () => {
  test("name the smallest level that has no room, and adding what is missing lets it go on there", () => {
    fc.assert(
      fc.property(caps, used, amounts(20), (limit, before, wanted) => {
        const decided = judge(limit, before, wanted);
        if (decided.kind === "granted") return;
        const { level, measure, missing } = decided.shortage;
        expect(missing).toBeGreaterThan(0);
        const raised = levels((each) => {
          const cap = limit[each][measure];
          return cap === undefined ? limit[each] : { ...limit[each], [measure]: cap + missing };
        });
        const again = judge(raised, before, { [measure]: wanted[measure] ?? 0 });
        const below = LEVELS.slice(0, LEVELS.indexOf(level) + 1);
        if (again.kind === "refused") expect(below).not.toContain(again.shortage.level);
      }),
    );
  });

  test.each(LEVELS.flatMap((level) => MEASURES.map((measure) => [level, measure] as const)))(
    "a cap may be hit exactly and not exceeded: %s, %s",
    (level, measure) => {
      const limit = { [level]: { [measure]: 3 } };
      const one = { [measure]: 1 };
      expect(judge(limit, { [level]: { [measure]: 2 } }, one)).toEqual({ kind: "granted", amounts: one });
      expect(judge(limit, { [level]: { [measure]: 3 } }, one)).toMatchObject({
        kind: "refused",
        shortage: { level, measure, cap: 3, spent: 3 },
      });
    },
  );

  test("a cap of nothing allows nothing", () => {
    expect(judge({ run: { ci_runs: 0 } }, {}, { ci_runs: 1 })).toEqual({
      kind: "refused",
      shortage: { level: "run", measure: "ci_runs", cap: 0, spent: 0, reserved: 0, missing: 1 },
    });
  });

  test("two CI runs do not fit where one does", () => {
    const decided = judge({ tier: { ci_runs: 2 } }, { tier: { ci_runs: 1 } }, { ci_runs: 2 });
    expect(decided).toMatchObject({ kind: "refused", shortage: { level: "tier", missing: 1 } });
  });

  test("what is missing covers every level that an addition reaches", () => {
    const limit = { phase: { tokens: 100 }, run: { tokens: 1000 } };
    const before = { phase: { tokens: 100 }, run: { tokens: 1500 } };
    expect(judge(limit, before, { tokens: 50 })).toMatchObject({ shortage: { level: "phase", missing: 505 } });
  });

  test("a day's shortage is its own", () => {
    const limit = { run: { tokens: 10 }, day: { tokens: 10 } };
    expect(judge(limit, { day: { tokens: 20 } }, { tokens: 10 })).toMatchObject({
      shortage: { level: "day", missing: 11 },
    });
  });
});

describe("a measure wanted with nothing", () => {
  test("must not be used up, and is not granted", () => {
    const wanted = { cost_usd: 0 };
    const limit = { day: { cost_usd: 20 } };
    expect(judge(limit, { day: { cost_usd: 19.999_999 } }, wanted)).toEqual({ kind: "granted", amounts: {} });
    expect(judge(limit, { day: { cost_usd: 20 } }, wanted)).toMatchObject({ shortage: { missing: 0.000_001 } });
  });

  test("may be used up where it is had in full or not at all", () => {
    const limit = { run: { findings: 3 } };
    expect(judge(limit, { run: { findings: 3 } }, { findings: 0 })).toEqual({ kind: "granted", amounts: {} });
    expect(judge(limit, { run: { findings: 4 } }, { findings: 0 })).toMatchObject({ shortage: { missing: 1 } });
  });
});

describe("money", () => {
  test("adds up to the last digit", () => {
    expect(judge({ run: { cost_usd: 0.3 } }, { run: { cost_usd: 0.1 + 0.1 } }, { cost_usd: 1 })).toEqual({
      kind: "granted",
      amounts: { cost_usd: 0.1 },
    });
  });
});

test.each<[string, Amounts, boolean]>([
  ["all used", {}, false],
  ["all reserved", { tokens: 10 }, true],
  ["more used than allowed", { tokens: 0 }, false],
])("a refusal may come to nothing: %s", (_, reserved, expected) => {
  const tallies = { ...levels(() => NOTHING_SPENT), run: { spent: { tokens: 10 }, reserved } };
  const decided = grant({ caps: { ...UNLIMITED, run: { tokens: 10 } }, tallies, wanted: { tokens: 1 } });
  expect(decided.kind === "refused" && mayComeFree(decided.shortage)).toBe(expected);
});
