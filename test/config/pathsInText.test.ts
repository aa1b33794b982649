import { expect, test } from "vitest";
import { pathsInText } from "../../src/config/pathsInText.ts";

test.each([
  ["Create `src/a.ts`, src/b/[id].tsx and ./lib/c.py.", ["src/a.ts", "src/b/[id].tsx", "lib/c.py"]],
  ["Edit package.json, a.ts, .gitignore and README.md", ["package.json", "a.ts", ".gitignore", "README.md"]],
  ["Fill docs/ and `src/models/user`", ["src/models/user", "docs/**"]],
  ["Touch `src/**/*.test.ts` twice: `src/**/*.test.ts`", ["src/**/*.test.ts"]],
  ["in src/__init__.py (see test_[name].py)", ["src/__init__.py", "test_[name].py"]],
  ["Node.js and/or v1.2, e.g. U.S. authentication/authorization, 3.5, POST /api/users", []],
  ["https://example.com/a.ts, www.example.com, `@scope/pkg`, `GET /x`", []],
  ["../up.ts, `/etc/passwd`, `..\\x.ts`, a/../b.ts", []],
])("%s", (text, paths) => {
  expect(pathsInText(text)).toEqual(paths);
});
