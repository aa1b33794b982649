/** How tests are named after what they test, over the languages: `greet.test.ts`, `test_greet.py`, `greet_test.go`, `GreetTest.java`. */
const NAMES: readonly ((stem: string) => string)[] = [
  (stem) => `${stem}.test`,
  (stem) => `${stem}.spec`,
  (stem) => `${stem}_test`,
  (stem) => `${stem}_spec`,
  (stem) => `test_${stem}`,
  (stem) => `${stem}Test`,
  (stem) => `${stem}Tests`,
];

/** Where tests lie: beside it, in a folder beside it, or in a folder of tests, with or without the folders of the source. */
const FOLDERS: readonly ((folder: string) => string)[] = [
  (folder) => folder,
  (folder) => `${folder}/__tests__`,
  (folder) => `${folder}/tests`,
  ...["test", "tests", "spec", "__tests__"].flatMap((root) => [
    (folder: string) => folder.replace(/^[^/]+/, root),
    (folder: string) => `${root}/${folder}`,
    () => root,
  ]),
  (folder) => folder.replace(/(^|\/)src\/main(?=\/|$)/, "$1src/test"),
  (folder) => folder.replace(/(^|\/)src(?=\/|$)/, "$1test"),
  (folder) => folder.replace(/(^|\/)src(?=\/|$)/, "$1tests"),
];

/** So many sources of a repository are looked at to see how it names tests. */
const MOST_SAMPLES = 300;

const IS_TEST = /(?:^|[/._-])(?:tests?|specs?|__tests__)(?:[/._-]|$)|Tests?\.\w+$|(?:^|\/)test_/;

export function isTestFile(path: string): boolean {
  return IS_TEST.test(path);
}

/** The tests of a source file that are there, by any of the usual names. */
export function testsOf(source: string, paths: ReadonlySet<string>): readonly string[] {
  return isTestFile(source) ? [] : [...new Set(candidates(source))].filter((path) => paths.has(path));
}

/** Where this repository would put the test of a source file, by the way most of the others are named; null when there are none. */
export function newTestOf(source: string, paths: ReadonlySet<string>): string | null {
  const extension = partsOf(source).extension;
  if (isTestFile(source) || extension === "") return null;
  const counts = new Map<number, number>();
  let samples = 0;
  for (const path of paths) {
    if (samples >= MOST_SAMPLES) break;
    if (!path.endsWith(extension) || isTestFile(path)) continue;
    samples += 1;
    const way = candidates(path).findIndex((test) => paths.has(test));
    if (way !== -1) counts.set(way, (counts.get(way) ?? 0) + 1);
  }
  const [most] = [...counts].toSorted(([left, many], [right, more]) => more - many || left - right);
  return most === undefined ? null : (candidates(source)[most[0]] ?? null);
}

/** In a fixed order, so that an index stands for a way to name tests. */
function candidates(source: string): readonly string[] {
  const { folder, stem, extension } = partsOf(source);
  return FOLDERS.flatMap((where) =>
    NAMES.map((name) => {
      const inFolder = where(folder);
      return `${inFolder === "" ? "" : `${inFolder}/`}${name(stem)}${extension}`;
    }),
  );
}

function partsOf(path: string): { readonly folder: string; readonly stem: string; readonly extension: string } {
  const slash = path.lastIndexOf("/");
  const name = path.slice(slash + 1);
  const dot = name.lastIndexOf(".");
  const stem = dot > 0 ? name.slice(0, dot) : name;
  return { folder: path.slice(0, Math.max(slash, 0)), stem, extension: name.slice(stem.length) };
}
