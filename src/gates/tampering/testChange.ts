import type { ChangedFile } from "../judged.ts";
import type { PlacedAssertion, TestCase, TestFile } from "./testFile.ts";

/** A changed file with the tests it held and holds. Null where there is no such side, or it could not be read. */
export interface TestChange {
  readonly file: ChangedFile;
  readonly before: TestFile | null;
  readonly after: TestFile | null;
}

/** A test before and what has become of it. */
export interface Kept {
  readonly before: TestCase;
  readonly after: TestCase;
}

/** A list as what is in one and not in the other, each as often as it is. */
export function without<Each>(
  all: readonly Each[],
  others: readonly Each[],
  keyOf: (each: Each) => string,
): readonly Each[] {
  const left = new Map<string, number>();
  for (const each of others) left.set(keyOf(each), (left.get(keyOf(each)) ?? 0) + 1);
  return all.filter((each) => {
    const count = left.get(keyOf(each)) ?? 0;
    left.set(keyOf(each), count - 1);
    return count <= 0;
  });
}

/** Whether it can fail. */
export function isLive(assertion: PlacedAssertion): boolean {
  return !assertion.dead && assertion.swallowedBy === null && assertion.strength > 0;
}

/** All that a test asserts, also by the functions that it calls, as far as the change shows them. */
export function assertedBy(test: TestCase, files: readonly TestFile[]): readonly PlacedAssertion[] {
  const own = files.find(({ path }) => path === test.path);
  const inOrder = own === undefined ? files : [own, ...files.filter((each) => each !== own)];
  const called = [...test.called].flatMap(
    (name) => inOrder.find(({ helpers }) => helpers.has(name))?.helpers.get(name) ?? [],
  );
  return [...test.assertions, ...called];
}
