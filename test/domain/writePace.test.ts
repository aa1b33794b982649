import fc from "fast-check";
import { expect, test } from "vitest";
import { CREATION_LIMITS, nextTurn, takeTurn, WRITE_BURST } from "../../src/domain/writePace.ts";
import type { WriteTurns } from "../../src/domain/writePace.ts";

const START = Date.UTC(2026, 10, 21);
const REST: WriteTurns = { nextAt: new Date(START), created: [] };

interface Wish {
  readonly afterMs: number;
  readonly creates: boolean;
}

/** When writes are sent that each wait for their turn. */
function sentAt(wishes: readonly Wish[], perSecond = 1): readonly (Wish & { readonly at: number })[] {
  let turns = REST;
  let now = START;
  return wishes.map((wish) => {
    now += wish.afterMs;
    const at = nextTurn(turns, new Date(now), { perSecond, creates: wish.creates });
    turns = takeTurn(turns, at, { perSecond, creates: wish.creates });
    return { ...wish, at: at.getTime() };
  });
}

test("after a rest a few writes go out at once, then one a second", () => {
  const wishes = Array.from({ length: WRITE_BURST + 3 }, () => ({ afterMs: 0, creates: false }));
  const waits = sentAt(wishes).map(({ at }) => at - START);
  expect(waits.slice(0, WRITE_BURST)).toEqual(Array(WRITE_BURST).fill(0));
  expect(waits.slice(WRITE_BURST)).toEqual([1000, 2000, 3000]);
});

test("no stretch of time ever sees more than the pace, its burst and GitHub's limits allow", () => {
  const wish = fc.record({ afterMs: fc.nat({ max: 3000 }), creates: fc.boolean() });
  fc.assert(
    fc.property(fc.array(wish, { maxLength: 200 }), fc.constantFrom(0.5, 1, 20), (wishes, perSecond) => {
      const sent = sentAt(wishes, perSecond);
      for (const [index, first] of sent.entries())
        for (const [more, last] of sent.slice(index).entries())
          expect(more + 1).toBeLessThanOrEqual(WRITE_BURST + ((last.at - first.at) / 1000) * perSecond + 1e-6);
      const created = sent.filter(({ creates }) => creates).map(({ at }) => at);
      for (const { count, withinMs } of CREATION_LIMITS)
        for (const [index, at] of created.entries()) {
          const later = created[index + count];
          if (later !== undefined) expect(later - at).toBeGreaterThanOrEqual(withinMs);
        }
    }),
  );
});

test("five hundred creations an hour are the most, however slowly they come", () => {
  const sent = sentAt(Array.from({ length: 501 }, () => ({ afterMs: 1000, creates: true })));
  expect(sent[499]?.at).toBe(START + 500_000);
  expect(sent[500]?.at).toBe(START + 1000 + 3_600_000);
});

test("what is kept of the past does not grow", () => {
  let turns = REST;
  for (let second = 0; second < 5000; second += 1) {
    const pace = { perSecond: 1, creates: true };
    const at = nextTurn(turns, new Date(START + second * 1000), pace);
    turns = takeTurn(turns, at, pace);
    expect(turns.created.length).toBeLessThanOrEqual(500);
  }
});

test("a GitHub without limits is not waited for", () => {
  const sent = sentAt(
    Array.from({ length: 1000 }, () => ({ afterMs: 0, creates: true })),
    0,
  );
  expect(sent.every(({ at }) => at === START)).toBe(true);
});
