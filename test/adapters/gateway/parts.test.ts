import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { eventScanner } from "../../../src/adapters/gateway/eventScanner.ts";
import { askedDelay, ownDelay } from "../../../src/adapters/gateway/retryDelay.ts";
import { steadyMeter } from "../../../src/adapters/gateway/steadyMeter.ts";
import { waitedTime } from "../../../src/adapters/gateway/waitedTime.ts";
import { NO_USAGE } from "../../../src/domain/usage.ts";
import type { ModelCall } from "../../../src/domain/pricing/modelCall.ts";

const call = (number: number) => ({ number }) as ModelCall;

/** How many of the moments from 0 to 199 lie in any of the spans. */
function moments(spans: readonly { readonly from: number; readonly to: number }[]): number {
  const all = Array.from({ length: 200 }, (_, at) => at);
  return all.filter((at) => spans.some(({ from, to }) => at >= from && at < to)).length;
}

describe("events that pass by", () => {
  test("are the same however they are cut into chunks, and whatever their line ends", () => {
    const line = fc.string({ unit: fc.constantFrom("a", "é", "世", " ", ":"), maxLength: 6 });
    fc.assert(
      fc.property(
        fc.array(line, { minLength: 1 }),
        fc.constantFrom("\n", "\r\n"),
        fc.integer({ min: 1, max: 9 }),
        (data, end, size) => {
          const bytes = Buffer.from(
            data.map((text) => `event: x${end}data: ${text}${end}: comment${end}${end}`).join(""),
          );
          const seen: string[] = [];
          const scanner = eventScanner((text) => {
            seen.push(text);
            return false;
          });
          for (let at = 0; at < bytes.length; at += size)
            expect(scanner.scan(bytes.subarray(at, at + size))).toBeNull();
          expect(seen).toEqual(data.map((text) => ` ${text}`));
        },
      ),
    );
  });

  test("can be cut at the end of any of them", () => {
    const text = "data: 1\n\ndata: 2\ndata: 3\n\ndata: 4\n\n";
    const cut = eventScanner((data) => data.includes("3")).scan(Buffer.from(text));
    expect(text.slice(0, cut ?? 0)).toBe("data: 1\n\ndata: 2\ndata: 3\n\n");
  });

  test("that have no end take no time to speak of", () => {
    const scanner = eventScanner(() => false);
    const chunk = Buffer.alloc(64 * 1024, "x");
    for (let index = 0; index < 2000; index += 1) scanner.scan(chunk);
    expect(scanner.scan(Buffer.from("\n\n"))).toBeNull();
  });
});

test("time that calls waited counts each moment once", () => {
  const span = fc
    .tuple(fc.nat({ max: 60 }), fc.nat({ max: 20 }))
    .map(([from, length]) => ({ from, to: from + length }));
  fc.assert(
    fc.property(fc.array(span), fc.array(span, { maxLength: 3 }), (past, open) => {
      const waited = waitedTime();
      for (const { from, to } of past) waited.add(from, to);
      const waits = open.map(({ from, to }) => ({ wait: waited.begin(from), to }));
      expect(waited.until(100)).toBe(moments([...past, ...open.map(({ from }) => ({ from, to: 100 }))]));
      for (const { wait, to } of waits) wait.end(to);
      for (const { wait } of waits) wait.end(1000);
      expect(waited.until(100)).toBe(moments([...past, ...open]));
    }),
  );
});

test.each([
  [{ "retry-after": "7" }, "", 7000],
  [{ "retry-after": "0.5" }, "", 500],
  [{ "retry-after-ms": "120", "retry-after": "7" }, "", 120],
  [{ "retry-after": "Thu, 01 Jan 2026 00:00:09 GMT" }, "", 9000],
  [{ "retry-after": "Thu, 01 Jan 2020 00:00:00 GMT" }, "", 0],
  [{ "retry-after": "soon" }, "", null],
  [{ "retry-after": "-4" }, '{"retryDelay": "3.2s"}', 3200],
  [{}, "{}", null],
])("what a provider asks to wait by %o %s is %s ms", (headers, body, wanted) => {
  const delay = askedDelay({ headers, body, now: new Date("2026-01-01T00:00:00Z") });
  expect(delay).toBe(wanted);
});

test("our own waits grow to half a minute", () => {
  expect([1, 2, 3, 9].map((failures) => ownDelay(failures, 0.5))).toEqual([1000, 2000, 4000, 30_000]);
});

describe("books that are away for a moment", () => {
  test("get every call once they are back", async () => {
    const recorded: number[] = [];
    let isAway = true;
    const meter = steadyMeter(
      {
        admit: async () => null,
        record: async ({ number }) => {
          if (isAway) throw new Error("away");
          recorded.push(number);
        },
        keep: async () => {
          throw new Error("away");
        },
      },
      async () => undefined,
    );
    await meter.record(call(1));
    await meter.keep({ number: 1, direction: "request", text: "" });
    isAway = false;
    await meter.record(call(2));
    isAway = true;
    await meter.record(call(3));
    isAway = false;
    await meter.flush();
    await meter.flush();
    expect(recorded).toEqual([1, 2, 3]);
  });

  test("are asked again before a call is let through or refused", async () => {
    let failures = 2;
    const pauses: number[] = [];
    const books = {
      admit: async () => {
        failures -= 1;
        if (failures >= 0) throw new Error("away");
        return { message: "no" };
      },
      record: async () => undefined,
      keep: async () => undefined,
    };
    const pause = async (milliseconds: number) => void pauses.push(milliseconds);
    expect(await steadyMeter(books, pause).admit(NO_USAGE)).toEqual({ message: "no" });
    expect(pauses).toEqual([1000, 1000]);
    failures = 99;
    await expect(steadyMeter(books, pause).admit(NO_USAGE)).rejects.toThrow("away");
  });
});
