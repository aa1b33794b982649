import fc from "fast-check";
import { pino } from "pino";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { storedEvent } from "../../src/domain/attemptEvent.ts";
import type { AttemptEvent } from "../../src/domain/attemptEvent.ts";
import type { AttemptId, RunId } from "../../src/domain/ids.ts";
import { redact } from "../../src/domain/redact.ts";
import { eventRecorder } from "../../src/jobs/recordEvents.ts";
import { appendAttemptEvents, attemptEventsAfter, MAX_ATTEMPT_EVENTS } from "../../src/store/attemptEvents.ts";
import { emptyTables } from "../harness/database.ts";
import { createStore } from "../harness/store.ts";
import { insertAttempt, insertRun } from "./livingRows.ts";

const RUN = "7-aaaaaaaa" as RunId;
const ATTEMPT = `${RUN}.1.1` as AttemptId;
const AT = new Date("2026-01-01T00:00:00Z");

let store: Awaited<ReturnType<typeof createStore>>;
beforeAll(async () => void (store = await createStore()));
afterAll(async () => store.drop());
beforeEach(async () => {
  await emptyTables(store.knex);
  await insertRun(store.knex, { id: RUN, issue: 7 });
  await insertAttempt(store.knex, { id: ATTEMPT, run: RUN, worker: "w1" });
});

function turns(count: number) {
  return Array.from({ length: count }, (_, index) => ({
    at: AT,
    kind: "turn" as const,
    payload: { number: index + 1 },
    isTruncated: false,
  }));
}

async function all() {
  return attemptEventsAfter(store.knex, ATTEMPT, { seq: 0, limit: 20_000 });
}

test("writers side by side leave no gap and lose nothing", async () => {
  await Promise.all(Array.from({ length: 8 }, async () => appendAttemptEvents(store.knex, ATTEMPT, turns(3))));
  expect((await all()).map(({ seq }) => seq)).toEqual(Array.from({ length: 24 }, (_, index) => index + 1));
});

test("of too many, the first are kept, and one notice says so once", async () => {
  await appendAttemptEvents(store.knex, ATTEMPT, turns(MAX_ATTEMPT_EVENTS - 1));
  await appendAttemptEvents(store.knex, ATTEMPT, turns(3));
  await appendAttemptEvents(store.knex, ATTEMPT, turns(3));
  const kept = await all();
  expect(kept).toHaveLength(MAX_ATTEMPT_EVENTS + 1);
  expect(kept.at(-1)).toMatchObject({ kind: "notice", payload: { text: expect.stringContaining("10000") } });
});

test("exactly as many as are kept need no notice", async () => {
  await appendAttemptEvents(store.knex, ATTEMPT, turns(MAX_ATTEMPT_EVENTS));
  expect((await all()).at(-1)).toMatchObject({ seq: MAX_ATTEMPT_EVENTS, kind: "turn" });
});

test("events of an attempt that nobody knows are let go", async () => {
  await appendAttemptEvents(store.knex, "7-bbbbbbbb.1.1" as AttemptId, turns(1));
});

const text = fc.string({ unit: "binary", maxLength: 9000 });
const event: fc.Arbitrary<AttemptEvent> = fc.oneof(
  fc.record({ kind: fc.constant("message" as const), text }),
  fc.record({ kind: fc.constant("tool_call" as const), id: text, name: text, input: text }),
  fc.record({ kind: fc.constant("tool_result" as const), id: text, output: text, isError: fc.boolean() }),
);
const long = fc
  .constantFrom("\0", "\u0001", "\ud83d\ude00", '"', "\\", "\ud800", "é")
  .map((unit) => unit.repeat(20_000));

test("whatever an agent says, the database takes it", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        event,
        long.map((words) => ({ kind: "notice" as const, text: words })),
      ),
      async (said) => {
        const stored = storedEvent(said, (words) => words);
        await appendAttemptEvents(store.knex, ATTEMPT, [{ ...stored, at: AT }]);
      },
    ),
    { numRuns: 60 },
  );
  expect(await all()).toHaveLength(60);
});

test("a recorder keeps events in their order, without secrets, cut, and goes on after itself", async () => {
  const deps = {
    store,
    clock: { now: () => AT },
    log: pino({ level: "silent" }),
    redact: (words: string) => redact(words, ["hunter2hunter2"]),
  };
  const first = eventRecorder(deps, ATTEMPT);
  first.onEvent({ kind: "turn", number: 1 });
  first.onEvent({ kind: "message", text: "it is hunter2hunter2" });
  first.onEvent({ kind: "tool_result", id: "1", output: "x".repeat(70_000), isError: false });
  await first.close();
  const second = eventRecorder(deps, ATTEMPT);
  second.onEvent({ kind: "turn", number: 2 });
  await second.close();
  const kept = await all();
  expect(kept.map(({ seq, kind, isTruncated }) => [seq, kind, isTruncated])).toEqual([
    [1, "turn", false],
    [2, "message", false],
    [3, "tool_result", true],
    [4, "turn", false],
  ]);
  expect(JSON.stringify(kept)).not.toContain("hunter2");
});

test("a recorder never throws, also without a database", async () => {
  const broken = await createStore();
  await broken.drop();
  const deps = {
    store: broken,
    clock: { now: () => AT },
    log: pino({ level: "silent" }),
    redact: (words: string) => words,
  };
  const recorder = eventRecorder(deps, ATTEMPT);
  recorder.onEvent({ kind: "turn", number: 1 });
  await recorder.close();
});
