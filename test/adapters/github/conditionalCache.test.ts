import fc from "fast-check";
import { expect, test } from "vitest";
import { conditionalCache } from "../../../src/adapters/github/conditionalCache.ts";

function answer(body: string) {
  return { etag: '"1"', status: 200, body, link: undefined };
}

test("the least recently used goes first when there is no room", () => {
  const cache = conditionalCache({ room: 100, largest: 50 });
  cache.keep("a", answer("x".repeat(40)));
  cache.keep("b", answer("y".repeat(40)));
  cache.find("a");
  cache.keep("c", answer("z".repeat(40)));
  expect([cache.find("a"), cache.find("b"), cache.find("c")].map((found) => found?.body[0])).toEqual([
    "x",
    undefined,
    "z",
  ]);
});

test("what is too large is not kept, and what it replaces is forgotten", () => {
  const cache = conditionalCache({ room: 100, largest: 50 });
  cache.keep("a", answer("old"));
  cache.keep("a", answer("x".repeat(60)));
  expect(cache.find("a")).toBeUndefined();
});

test("whatever is kept and found, it never takes more than its room, and gives what was kept last", () => {
  const step = fc.record({ key: fc.constantFrom("a", "b", "c", "d"), size: fc.nat({ max: 60 }), find: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 50 }), (steps) => {
      const cache = conditionalCache({ room: 100, largest: 50 });
      const last = new Map<string, string>();
      for (const { key, size, find } of steps) {
        const body = "x".repeat(size);
        if (!find) cache.keep(key, answer(body));
        if (!find) last.set(key, body);
        const found = cache.find(key);
        if (found !== undefined) expect(found.body).toBe(last.get(key));
      }
      const held = [...last.keys()].flatMap((key) => cache.find(key) ?? []);
      expect(held.reduce((sum, { body }) => sum + body.length + 4, 0)).toBeLessThanOrEqual(100);
    }),
  );
});
