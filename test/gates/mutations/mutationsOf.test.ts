import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DEFECTS } from "../../../src/gates/mutations/mutation.ts";
import { mutationsOf } from "../../../src/gates/mutations/mutationsOf.ts";
import type { SeedBed } from "../../../src/gates/mutations/mutationsOf.ts";
import { pickMutations } from "../../../src/gates/mutations/pickMutations.ts";
import { parseSource } from "../../../src/gates/syntax/parseSource.ts";

function whole(path: string, text: string): SeedBed {
  return { path, text, lines: new Set(text.split("\n").map((_, index) => index + 1)) };
}

const SCRIPT = `import path from "node:path";
const key = process.env.PAYMENT_KEY;
export async function load(user, name, limit) {
  if (user === null) return null;
  if (!user.isAdmin && user.role !== "owner") throw new Error("no");
  if (name.length > limit) throw new Error("long");
  validateName(name);
  const file = path.resolve(root, name);
  await lock.acquire();
  try {
    const rows = await db.query("SELECT * FROM files WHERE name = $1", [name]);
    if (rows.length > 0 && user.allowed) copy(file, name);
    return rows.length - 1;
  } catch (error) {
    throw new Error("loading", { cause: error });
  } finally {
    lock.release();
  }
}
export function start() {
  work().catch(report);
  notify(user?.name);
  return 0;
}
`;

const PYTHON = `import os
def load(user, name):
    key = os.getenv("KEY")
    if user is None:
        return None
    with lock:
        rows = db.execute("select * from files where name = %s", (name,))
    try:
        copy(name, user)
    except ValueError:
        raise
    return True
`;

const GO = `package a
func Load(user *User, name string) (int, error) {
	mu.Lock()
	defer mu.Unlock()
	if user == nil {
		return 0, ErrNone
	}
	f, err := os.Open(filepath.Clean(name))
	if err != nil {
		return 0, err
	}
	defer f.Close()
	if user.Admin && user.Active {
		copy(name, user)
	}
	return 1, nil
}
`;

const RUST = `fn load(user: Option<User>, name: &str) -> i32 {
    if name.len() > 10 { return 0; }
    validate(name);
    let a = if name.is_empty() && user.allowed { 1 } else { 2 };
    return 1;
}
`;

const JAVA = `class A {
  int load(User user, String name) throws Exception {
    if (user == null) { return 0; }
    synchronized (this) { copy(name, user); }
    try { run(); } catch (IOException e) { throw e; }
    if (user.isAdmin() && active) { count(name); }
    return 1;
  }
}
`;

const FILES = [
  whole("src/a.ts", SCRIPT),
  whole("src/a.py", PYTHON),
  whole("a/a.go", GO),
  whole("src/a.rs", RUST),
  whole("src/main/java/A.java", JAVA),
  whole("src/a.test.ts", 'it("a", () => {\n  expect(f()).toBe(1);\n});\n'),
] as const;

const KINDS: readonly (readonly [string, readonly string[]])[] = [
  [
    "src/a.ts",
    [
      "condition_negated",
      "off_by_one",
      "wrong_operator",
      "constant_changed",
      "arguments_swapped",
      "await_dropped",
      "promise_unhandled",
      "null_check_removed",
      "validation_removed",
      "error_swallowed",
      "call_removed",
      "auth_weakened",
      "secret_hard_coded",
      "path_traversal",
      "sql_concatenated",
      "resource_not_closed",
      "lock_removed",
    ],
  ],
  [
    "src/a.py",
    [
      "condition_negated",
      "null_check_removed",
      "error_swallowed",
      "call_removed",
      "secret_hard_coded",
      "sql_concatenated",
      "lock_removed",
      "constant_changed",
      "arguments_swapped",
    ],
  ],
  [
    "a/a.go",
    [
      "condition_negated",
      "null_check_removed",
      "error_swallowed",
      "call_removed",
      "resource_not_closed",
      "lock_removed",
      "path_traversal",
      "auth_weakened",
      "constant_changed",
    ],
  ],
  ["src/a.rs", ["condition_negated", "off_by_one", "auth_weakened", "validation_removed", "constant_changed"]],
  [
    "src/main/java/A.java",
    [
      "condition_negated",
      "null_check_removed",
      "lock_removed",
      "error_swallowed",
      "auth_weakened",
      "call_removed",
      "constant_changed",
      "arguments_swapped",
    ],
  ],
  ["src/a.test.ts", ["assertion_dropped"]],
];

describe("defects of a good file", () => {
  test.each(KINDS)("%s has the kinds that fit it", async (path, kinds) => {
    const file = FILES.find((each) => each.path === path) ?? FILES[0];
    const found = new Set((await mutationsOf(file)).map(({ category }) => category));
    expect([...found]).toEqual(expect.arrayContaining([...kinds]));
  });

  test("every kind of the catalogue is found in one of the files", async () => {
    const found = await Promise.all(FILES.map(mutationsOf));
    expect(new Set(found.flat().map(({ category }) => category))).toEqual(
      new Set(DEFECTS.filter((each) => each !== "guard_removed")),
    );
  });

  test.each(FILES.map((file) => [file.path, file] as const))(
    "%s: each parses, differs, and says where",
    async (_, file) => {
      const mutations = await mutationsOf(file);
      expect(new Set(mutations.map(({ id }) => id)).size).toBe(mutations.length);
      for (const { text, line, description } of mutations) {
        expect(text).not.toBe(file.text);
        expect(line).toBeLessThanOrEqual(file.text.split("\n").length);
        expect(description).toMatch(/\.$/);
        const parsing = await parseSource(file.path, text);
        expect(parsing.kind === "parsed" && parsing.parsed.brokenLines.size).toBe(0);
      }
    },
  );

  test("only added lines are touched", async () => {
    const mutations = await mutationsOf({ path: "src/a.ts", text: SCRIPT, lines: new Set([4]) });
    expect(mutations.length).toBeGreaterThan(0);
    expect(new Set(mutations.map(({ line }) => line))).toEqual(new Set([4]));
  });

  test("ids stay when the lines move", async () => {
    const moved = whole("src/a.ts", `// head\n\n${SCRIPT}`);
    expect((await mutationsOf(moved)).map(({ id }) => id)).toEqual((await mutationsOf(FILES[0])).map(({ id }) => id));
  });

  test("a defect reads as one", async () => {
    const found = await mutationsOf(FILES[0]);
    const textOf = (category: string): string | undefined => found.find((each) => each.category === category)?.text;
    expect(textOf("sql_concatenated")).toContain(`db.query("SELECT * FROM files WHERE name = '" + name + "'")`);
    expect(textOf("path_traversal")).toContain("const file = name;");
    expect(textOf("promise_unhandled")).toContain("  work();\n");
    expect(textOf("await_dropped")).toContain("  lock.acquire();\n");
  });

  test("what has no grammar has none", async () => {
    expect(await mutationsOf(whole("README.md", "# if (a) return"))).toEqual([]);
  });

  test("junk is no failure", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom("a.ts", "a.py", "a.go", "a.rs", "A.java"),
        fc.string({ maxLength: 80 }),
        async (path, text) => {
          await mutationsOf(whole(path, text));
        },
      ),
    );
  });
});

describe("picking some", () => {
  test("the same number picks the same, another picks others, and each kind has its turn first", async () => {
    const all = await mutationsOf(FILES[0]);
    const ids = (seed: number, count = 6): readonly string[] => pickMutations(all, { count, seed }).map(({ id }) => id);
    expect(ids(1)).toEqual(ids(1));
    expect(ids(1)).not.toEqual(ids(2));
    expect(new Set(pickMutations(all, { count: 6, seed: 3 }).map(({ category }) => category)).size).toBe(6);
    expect(new Set(ids(1, 1000))).toEqual(new Set(all.map(({ id }) => id)));
  });
});
