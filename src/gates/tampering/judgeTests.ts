import { textOf } from "../syntax/syntaxNode.ts";
import { covers } from "./assertion.ts";
import { linesOf, shown } from "./charge.ts";
import type { Charge } from "./charge.ts";
import { expectedPanics } from "./expectedPanics.ts";
import { isEmptied, judgeGone } from "./judgeGone.ts";
import { loweredPlans } from "./loweredPlans.ts";
import { matchTests } from "./matchTests.ts";
import { assertedBy, isLive, without } from "./testChange.ts";
import type { Kept, TestChange } from "./testChange.ts";
import type { PlacedAssertion, TestCase, TestFile } from "./testFile.ts";

/** What has been taken from the tests of a change: whole tests, sets of data, and what they assert. */
export function judgeTests(changes: readonly TestChange[]): readonly Charge[] {
  const before = filesOf(changes, "before");
  const after = filesOf(changes, "after");
  const matched = matchTests(
    before.flatMap(({ cases }) => cases),
    after.flatMap(({ cases }) => cases),
  );
  const kept = eachOnce([
    ...helperPairs(before, after),
    ...matched.kept.filter((pair) => !isEmptied(pair)).map((pair) => compared(pair, { before, after })),
  ]);
  const fresh = matched.added.flatMap((test) => assertedBy(test, after).filter(isLive));
  // What one test has lost may be what another has won: it moved.
  const pool = [...fresh, ...kept.flatMap(({ gained }) => gained)];
  return [
    ...judgeGone(matched, { changes, before, after, pool }),
    ...kept.flatMap((each) => judgeKept(each, pool)),
    ...loweredPlans(matched.kept.filter((pair) => !isEmptied(pair))),
    ...expectedPanics(matched.kept),
    ...onNewCode(changes, before, after),
  ];
}

/** What a function asserted is lost once, however many tests call it. */
function eachOnce(all: readonly Compared[]): readonly Compared[] {
  const seen = new Set<PlacedAssertion>();
  return all.map((each) => {
    const lost = each.lost.filter((one) => !seen.has(one));
    for (const one of lost) seen.add(one);
    return { ...each, lost };
  });
}

function filesOf(changes: readonly TestChange[], side: "before" | "after"): readonly TestFile[] {
  return changes.flatMap((each) => {
    const file = each[side];
    return file !== null && file.isTest ? [file] : [];
  });
}

interface Sides {
  readonly before: readonly TestFile[];
  readonly after: readonly TestFile[];
}

/** What a test, or a function that tests call, asserted and asserts. */
interface Compared {
  readonly name: string;
  readonly path: { readonly before: string; readonly after: string };
  readonly returns: Kept | null;
  readonly lost: readonly PlacedAssertion[];
  readonly gained: readonly PlacedAssertion[];
  /** Of after, and they cannot fail. */
  readonly idle: readonly PlacedAssertion[];
}

function compared(pair: Kept, sides: Sides): Compared {
  const before = assertedBy(pair.before, sides.before);
  const after = assertedBy(pair.after, sides.after);
  const returns = pair.after.firstReturn !== null && pair.before.firstReturn === null ? pair : null;
  return {
    name: pair.before.title,
    path: { before: pair.before.path, after: pair.after.path },
    returns,
    ...difference(before, after),
  };
}

function difference(
  before: readonly PlacedAssertion[],
  after: readonly PlacedAssertion[],
): Pick<Compared, "lost" | "gained" | "idle"> {
  const was = before.filter(isLive);
  const is = after.filter(isLive);
  return {
    lost: without(was, is, said),
    gained: without(is, was, said),
    idle: after.filter((each) => !isLive(each)),
  };
}

function said({ text }: PlacedAssertion): string {
  return text;
}

/** Functions that assert and are no tests, by their name. */
function helperPairs(before: readonly TestFile[], after: readonly TestFile[]): readonly Compared[] {
  return before.flatMap((file) =>
    [...file.helpers].flatMap(([name, asserted]) => {
      const home = after.find(({ path, helpers }) => path === file.path && helpers.has(name));
      const now = (home ?? after.find(({ helpers }) => helpers.has(name)))?.helpers.get(name);
      if (asserted.length === 0 || now === undefined) return [];
      const path = { before: file.path, after: home?.path ?? file.path };
      return [{ name, path, returns: null, ...difference(asserted, now) }];
    }),
  );
}

function judgeKept(each: Compared, pool: readonly PlacedAssertion[]): readonly Charge[] {
  const { returns } = each;
  if (returns !== null) return [early(returns)];
  const idled = each.idle.map(({ text }) => text);
  const own = new Set(each.gained);
  const moved = pool.filter((one) => !own.has(one)).map(({ text }) => text);
  const explained = [...idled, ...moved];
  const lost = takeAway(each.lost, explained).filter((one) => !each.gained.some((gained) => covers(gained, one)));
  const covering = new Set(each.gained.filter((gained) => each.lost.some((one) => covers(gained, one))));
  const others = each.gained.filter((gained) => !covering.has(gained));
  const emptied = each.idle.filter(
    ({ strength, text }) => strength === 0 && !each.lost.some((one) => one.text === text),
  );
  return paired(each, lost.slice(0, Math.max(0, lost.length - emptied.length)), others);
}

function takeAway(all: readonly PlacedAssertion[], texts: readonly string[]): readonly PlacedAssertion[] {
  const left = new Map<string, number>();
  for (const text of texts) left.set(text, (left.get(text) ?? 0) + 1);
  return all.filter(({ text }) => {
    const count = left.get(text) ?? 0;
    left.set(text, count - 1);
    return count <= 0;
  });
}

/** Each lost one with one that came in its place: the one about the same first. */
function paired(
  each: Compared,
  lost: readonly PlacedAssertion[],
  others: readonly PlacedAssertion[],
): readonly Charge[] {
  const free = new Set(others);
  const charges: Charge[] = [];
  const rest: PlacedAssertion[] = [];
  for (const one of lost) {
    const same = [...free].find(({ subject }) => subject === one.subject);
    if (same === undefined) rest.push(one);
    else {
      free.delete(same);
      charges.push(...weakened(one, same, each));
    }
  }
  for (const one of rest) {
    const [other] = free;
    if (other === undefined) charges.push(removed(one, each));
    else {
      free.delete(other);
      charges.push(...weakened(one, other, each));
    }
  }
  return charges;
}

function early({ after }: Kept): Charge {
  return {
    rule: "test_skipped",
    level: "blocks",
    message: `The test ${shown(after.title)} returns before it does anything.`,
    remedy: "Take the `return` away, so that the test runs.",
    path: after.path,
    lines: linesOf(after.firstReturn ?? after.node),
    side: "after",
    code: `return ${after.title}`,
  };
}

function weakened(lost: PlacedAssertion, now: PlacedAssertion, { name, path }: Compared): readonly Charge[] {
  if (now.strength !== 1 || lost.strength < 2) return [];
  return [
    {
      rule: "assertion_weakened",
      level: "warns",
      message: `${shown(name)} asserted ${shown(textOf(lost.node))}, and now only ${shown(textOf(now.node))}.`,
      remedy: "Assert the exact value again, or one that says as much.",
      path: path.after,
      lines: linesOf(now.node),
      side: "after",
      code: now.text,
    },
  ];
}

function removed(lost: PlacedAssertion, { name, path }: Compared): Charge {
  return {
    rule: "assertion_removed",
    level: "blocks",
    message: `${shown(name)} no longer asserts ${shown(textOf(lost.node))}.`,
    remedy: "Put the assertion back, or one that says as much; change the code so that it holds.",
    path: path.before,
    lines: linesOf(lost.node),
    side: "before",
    code: `${name} ${lost.text}`,
  };
}

/** Assertions that say nothing, cannot be reached or cannot fail, where they were not so before. */
function onNewCode(
  changes: readonly TestChange[],
  before: readonly TestFile[],
  after: readonly TestFile[],
): readonly Charge[] {
  const idleBefore = before.flatMap(idleIn);
  const idleAfter = after.flatMap(idleIn);
  const fresh = new Set(without(idleAfter, idleBefore, keyOfIdle).map(({ assertion }) => assertion));
  return changes.flatMap(({ file, after: tests }) =>
    (tests === null ? [] : idleIn(tests)).flatMap(({ assertion }) =>
      fresh.has(assertion) ? idleCharge(assertion, file.path) : [],
    ),
  );
}

interface Idle {
  readonly assertion: PlacedAssertion;
  readonly why: "empty" | "dead" | "swallowed";
}

function idleIn(file: TestFile): readonly Idle[] {
  const passedOver = new Set(file.cases.filter(returnsEarly).flatMap(({ assertions }) => assertions));
  const all = [...file.cases.flatMap(({ assertions }) => assertions), ...[...file.helpers.values()].flat()];
  return [...new Set(all)].flatMap((assertion) => {
    const why = passedOver.has(assertion) ? null : idleness(assertion);
    return why === null ? [] : [{ assertion, why }];
  });
}

function idleness({ strength, dead, swallowedBy }: PlacedAssertion): Idle["why"] | null {
  if (strength === 0) return "empty";
  if (dead) return "dead";
  return swallowedBy === null ? null : "swallowed";
}

function returnsEarly({ firstReturn }: TestCase): boolean {
  return firstReturn !== null;
}

function keyOfIdle({ assertion, why }: Idle): string {
  return `${why} ${assertion.text}`;
}

function idleCharge(assertion: PlacedAssertion, path: string): readonly Charge[] {
  const { node, text } = assertion;
  const code = shown(textOf(node));
  const at = { path, side: "after", lines: linesOf(node), level: "blocks", code: text } as const;
  if (assertion.strength === 0)
    return [
      {
        ...at,
        rule: "assertion_vacuous",
        message: `${code} holds whatever the code does.`,
        remedy: "Assert what the code under test returns or does.",
      },
    ];
  if (assertion.dead)
    return [
      {
        ...at,
        rule: "assertion_unreachable",
        message: `${code} can never be reached.`,
        remedy: "Let the test run to its assertions: no `return` before them, no condition that never holds.",
      },
    ];
  return [
    {
      ...at,
      rule: "assertion_swallowed",
      message: `The failure of ${code} is caught and dropped.`,
      remedy: "Let the failure of the assertion reach the test runner: take the assertion out of the `try`.",
    },
  ];
}
