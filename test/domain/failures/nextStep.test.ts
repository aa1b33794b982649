import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { FailureClass } from "../../../src/domain/attempt.ts";
import { nextStep } from "../../../src/domain/failures/nextStep.ts";
import type { FailureFacts, NextStep } from "../../../src/domain/failures/nextStep.ts";
import type { PastFailure } from "../../../src/domain/phase.ts";
import { tree } from "../runFixture.ts";

/** Failures of these classes, each with its own words and tree, so that none looks like another. */
function past(...classes: readonly FailureClass[]): readonly PastFailure[] {
  return classes.map((each, index) => ({ class: each, errorKey: `error ${index}`, tree: tree(String(index + 1)) }));
}

/** `times` failures of a class, the last one just now. */
function facts(
  failureClass: FailureClass,
  more: Partial<FailureFacts> & { readonly times?: number } = {},
): FailureFacts {
  const { times = 1, ...rest } = more;
  return {
    failure: { class: failureClass, message: "it broke" },
    failures: past(...Array.from({ length: times }, () => failureClass)),
    waits: 0,
    revertsLanded: false,
    attempts: 5,
    investigations: { done: 0, allowed: 0 },
    retry: null,
    fallback: "none",
    ...rest,
  };
}

const RETRY = { kind: "retry", afterSeconds: 0, install: false };
const MAY_INVESTIGATE = { investigations: { done: 0, allowed: 1 } };

function same(times: number, failureClass: FailureClass = "checks"): readonly PastFailure[] {
  return Array.from({ length: times }, () => ({ class: failureClass, errorKey: "error", tree: tree("1") }));
}

describe("each class", () => {
  test.each<[string, FailureFacts, object]>([
    ["rate_limit waits", facts("rate_limit"), { kind: "wait", afterSeconds: 1 }],
    ["rate_limit waits longer each time", facts("rate_limit", { waits: 4 }), { kind: "wait", afterSeconds: 16 }],
    ["rate_limit waits a minute at most", facts("rate_limit", { waits: 12 }), { kind: "wait", afterSeconds: 60 }],
    [
      "rate_limit waits as long as the provider asks",
      facts("rate_limit", { failure: { class: "rate_limit", message: "", retryAfterSeconds: 90.2 }, waits: 3 }),
      { kind: "wait", afterSeconds: 91 },
    ],
    [
      "rate_limit believes an hour at most",
      facts("rate_limit", { failure: { class: "rate_limit", message: "", retryAfterSeconds: 1e9 } }),
      { kind: "wait", afterSeconds: 3600 },
    ],
    ["rate_limit that stays", facts("rate_limit", { waits: 30 }), { kind: "give_up", reason: "environment" }],
    ["provider retries", facts("provider"), { ...RETRY, afterSeconds: 1 }],
    ["connection retries later and later", facts("connection", { times: 4 }), { ...RETRY, afterSeconds: 8 }],
    ["timeout retries", facts("timeout"), { ...RETRY, afterSeconds: 1 }],
    ["authentication", facts("authentication"), { kind: "give_up", reason: "environment" }],
    ["permission", facts("permission"), { kind: "give_up", reason: "environment" }],
    ["bad_request", facts("bad_request"), { kind: "give_up", reason: "environment" }],
    ["not_found", facts("not_found"), { kind: "give_up", reason: "environment" }],
    ["policy", facts("policy", MAY_INVESTIGATE), { kind: "give_up", reason: "policy_violation", message: "it broke" }],
    ["conflict", facts("conflict"), { kind: "again", wait: false }],
    ["environment", facts("environment"), { kind: "again", wait: true }],
    ["missing_dependency installs", facts("missing_dependency"), { ...RETRY, install: true }],
    ["syntax, the second", facts("syntax", { times: 2 }), RETRY],
    ["syntax, the third", facts("syntax", { times: 3 }), { kind: "give_up", reason: "phases_failed" }],
    ["validation, the first", facts("validation"), RETRY],
    ["validation, the second", facts("validation", { times: 2 }), { kind: "give_up" }],
    [
      "validation, the second, with an investigator",
      facts("validation", { times: 2, ...MAY_INVESTIGATE }),
      { kind: "investigate" },
    ],
    ...(["agent", "output_limit", "memory", "rejected", "junk_result", "checks"] as const).flatMap(
      (each): readonly [string, FailureFacts, object][] => [
        [`${each} while attempts last`, facts(each, { times: 4 }), RETRY],
        [`${each} when they are used up`, facts(each, { times: 5 }), { kind: "give_up", reason: "phases_failed" }],
      ],
    ),
  ])("%s", (_what, given, expected) => {
    expect(nextStep(given)).toMatchObject(expected);
  });

  test("says what to do where trying again is of no use", () => {
    expect(nextStep(facts("authentication"))).toMatchObject({
      message: expect.stringMatching(/^it broke\n\n.*valid credentials/) as string,
    });
  });
});

describe("the plan's policy for failed acceptances", () => {
  test.each<[string, Partial<FailureFacts> & { readonly times: number }, object]>([
    ["none", { retry: { kind: "none", maxRetries: 0 }, times: 1 }, { kind: "give_up" }],
    ["fixed", { retry: { kind: "fixed", maxRetries: 1 }, times: 1 }, { ...RETRY, afterSeconds: 1 }],
    ["fixed, used up", { retry: { kind: "fixed", maxRetries: 1 }, times: 2 }, { kind: "give_up" }],
    ["exponential", { retry: { kind: "exponential", maxRetries: 4 }, times: 4 }, { ...RETRY, afterSeconds: 8 }],
    ["never more than the attempts", { retry: { kind: "fixed", maxRetries: 9 }, times: 5 }, { kind: "give_up" }],
  ])("%s", (_what, more, expected) => {
    expect(nextStep(facts("validation", more))).toMatchObject(expected);
  });
});

describe("used up", () => {
  test("the fallback agent has its turn, then an investigator, then nobody", () => {
    const spent = { times: 2, attempts: 2, ...MAY_INVESTIGATE } as const;
    expect(nextStep(facts("checks", { ...spent, fallback: "available" }))).toEqual({ kind: "use_fallback" });
    expect(nextStep(facts("checks", { ...spent, fallback: "in_use" }))).toMatchObject({ kind: "investigate" });
    const after = { ...spent, fallback: "in_use", investigations: { done: 1, allowed: 1 } } as const;
    expect(nextStep(facts("checks", after))).toMatchObject({
      kind: "give_up",
      message: "2 attempts failed after an investigation. The last one: it broke",
    });
  });

  test("a provider that fails is nothing to look into", () => {
    const spent = { times: 2, attempts: 2, ...MAY_INVESTIGATE } as const;
    expect(nextStep(facts("provider", spent))).toMatchObject({ kind: "give_up" });
    expect(nextStep(facts("provider", { ...spent, fallback: "available" }))).toEqual({ kind: "use_fallback" });
  });

  test("it says how many attempts there were", () => {
    expect(nextStep(facts("agent", { attempts: 1 }))).toMatchObject({
      message: "One attempt failed. The last one: it broke",
    });
    expect(nextStep(facts("agent", { attempts: 3, times: 3 }))).toMatchObject({
      message: "3 attempts failed. The last one: it broke",
    });
  });
});

describe("no progress", () => {
  test("is looked into at once", () => {
    expect(nextStep(facts("checks", { failures: same(2), ...MAY_INVESTIGATE }))).toMatchObject({ kind: "investigate" });
    expect(nextStep(facts("agent", { times: 3, ...MAY_INVESTIGATE }))).toMatchObject({ kind: "investigate" });
    expect(nextStep(facts("no_progress", { revertsLanded: true, ...MAY_INVESTIGATE }))).toEqual({
      kind: "investigate",
      why: "The change undoes one that has landed.",
    });
  });

  test("without an investigator has one more try, and no further one", () => {
    expect(nextStep(facts("checks", { failures: same(2) }))).toEqual(RETRY);
    expect(nextStep(facts("checks", { failures: same(3) }))).toMatchObject({ kind: "give_up" });
    expect(nextStep(facts("checks", { failures: same(3), fallback: "available" }))).toEqual({ kind: "use_fallback" });
  });
});

const CLASSES: readonly FailureClass[] = [
  "agent",
  "timeout",
  "output_limit",
  "memory",
  "policy",
  "rejected",
  "junk_result",
  "no_progress",
  "checks",
  "syntax",
  "validation",
  "missing_dependency",
  "conflict",
  "rate_limit",
  "provider",
  "connection",
  "authentication",
  "permission",
  "bad_request",
  "not_found",
  "environment",
];

/** Classes that come back again and again would end the sequences early; these go on. */
const GOES_ON = CLASSES.filter(
  (each) => !["policy", "authentication", "permission", "bad_request", "not_found"].includes(each),
);

const blow = fc.record({
  class: fc.constantFrom(...GOES_ON),
  errorKey: fc.constantFrom("a", "b", "c"),
  tree: fc.constantFrom(null, tree("1"), tree("2")),
  revertsLanded: fc.boolean(),
  retryAfterSeconds: fc.option(fc.double({ min: 0, max: 1e6, noNaN: true })),
});

type Blow = typeof blow extends fc.Arbitrary<infer T> ? T : never;

const rules = fc.record({
  attempts: fc.integer({ min: 1, max: 10 }),
  allowed: fc.integer({ min: 0, max: 2 }),
  hasFallback: fc.boolean(),
  retry: fc.option(
    fc.record({
      kind: fc.constantFrom("none", "fixed", "exponential"),
      maxRetries: fc.integer({ min: 0, max: 10 }),
    }) as fc.Arbitrary<NonNullable<FailureFacts["retry"]>>,
  ),
});

type Rules = typeof rules extends fc.Arbitrary<infer T> ? T : never;

/** The first Builder's, the fallback's, and one after each investigation. */
function levels(given: Rules): number {
  return 1 + given.allowed + (given.hasFallback ? 1 : 0);
}

/** Interruptions after which the run's own rule gives up. */
const MAX_INTERRUPTIONS = 10;

/** What a phase remembers from failure to failure. */
interface Books {
  readonly failures: readonly PastFailure[];
  readonly waits: number;
  readonly done: number;
  readonly interruptions: number;
  readonly isFallback: boolean;
}

const NEW_BOOKS: Books = { failures: [], waits: 0, done: 0, interruptions: 0, isFallback: false };

/** Plays a phase to which one thing happens after the other. */
function play(blows: readonly Blow[], given: Rules): readonly NextStep[] {
  const steps: NextStep[] = [];
  let books: Books | null = NEW_BOOKS;
  for (const hit of blows) {
    const now = factsAfter(books, hit, given);
    const step = nextStep(now);
    steps.push(step);
    books = booksAfter(step, books, now);
    if (books === null) break;
  }
  return steps;
}

function factsAfter(
  books: Books,
  { retryAfterSeconds, revertsLanded, ...remembered }: Blow,
  given: Rules,
): FailureFacts {
  return {
    failure: { class: remembered.class, message: "it broke", retryAfterSeconds },
    failures: [...books.failures, remembered],
    waits: books.waits,
    revertsLanded,
    attempts: given.attempts,
    investigations: { done: books.done, allowed: given.allowed },
    retry: given.retry,
    fallback: books.isFallback ? "in_use" : given.hasFallback ? "available" : "none",
  };
}

/** The books as the transitions keep them; null at the end. */
function booksAfter(step: NextStep, books: Books, { failures }: FailureFacts): Books | null {
  switch (step.kind) {
    case "retry":
      return { ...books, failures, waits: 0 };
    case "use_fallback":
      return { ...books, failures: [], waits: 0, isFallback: true };
    case "investigate":
      return { ...books, failures: [], waits: 0, done: books.done + 1 };
    case "wait":
      return { ...books, waits: books.waits + 1 };
    case "again":
      return books.interruptions === MAX_INTERRUPTIONS
        ? null
        : { ...books, waits: 0, interruptions: books.interruptions + 1 };
    case "give_up":
      return null;
  }
}

describe("whatever happens", () => {
  test("attempts are bounded, and waits and interruptions use up none", () => {
    fc.assert(
      fc.property(fc.array(blow, { maxLength: 200 }), rules, (blows, given) => {
        const steps = play(blows, given);
        const kinds = steps.map(({ kind }) => kind);
        const count = (kind: NextStep["kind"]) => kinds.filter((each) => each === kind).length;
        expect(count("retry")).toBeLessThanOrEqual(levels(given) * (given.attempts - 1));
        expect(count("investigate")).toBeLessThanOrEqual(given.allowed);
        expect(count("use_fallback")).toBeLessThanOrEqual(given.hasFallback ? 1 : 0);
        for (const step of steps) {
          if (step.kind !== "retry" && step.kind !== "wait") continue;
          expect(step.afterSeconds).toBeGreaterThanOrEqual(step.kind === "wait" ? 1 : 0);
          expect(step.afterSeconds).toBeLessThanOrEqual(step.kind === "wait" ? 3600 : 60);
        }
      }),
    );
  });

  test("it ends", () => {
    const MAX_WAITS = 30;
    fc.assert(
      fc.property(fc.infiniteStream(blow), rules, (stream, given) => {
        // Each attempt, and each interruption, may have its own waits before it.
        const work = levels(given) * given.attempts + MAX_INTERRUPTIONS + 1;
        const bound = work * (MAX_WAITS + 1);
        const steps = play([...stream.take(bound + 1)], given);
        expect(steps.length).toBeLessThanOrEqual(bound);
      }),
      { numRuns: 30 },
    );
  });

  test("every class has an answer, also without any history", () => {
    fc.assert(
      fc.property(fc.constantFrom(...CLASSES), rules, (each, given) => {
        const step = nextStep(facts(each, { times: 0, attempts: given.attempts, retry: given.retry }));
        expect(step.kind).toMatch(/^(retry|use_fallback|investigate|wait|again|give_up)$/);
      }),
    );
  });
});
