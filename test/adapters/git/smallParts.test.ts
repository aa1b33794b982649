import { execa } from "execa";
import { lstat, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { coalescing } from "../../../src/adapters/git/coalescing.ts";
import { tryLock } from "../../../src/adapters/git/fileLock.ts";
import { parseIndex } from "../../../src/adapters/git/gitIndex.ts";
import { isHarmlessConfig } from "../../../src/adapters/git/harmlessConfig.ts";
import { checkedUrl, isBranchName } from "../../../src/adapters/git/names.ts";
import { isSupported } from "../../../src/adapters/git/requireGit.ts";

test.each([
  ["git version 2.38.0", true],
  ["git version 2.39.5 (Apple Git-154)", true],
  ["git version 2.47.1.windows.1", true],
  ["git version 3.0.0", true],
  ["git version 2.37.7", false],
  ["git version 1.99.0", false],
  ["zsh: command not found", false],
])("%s: supported is %s", (version, supported) => {
  expect(isSupported(version)).toBe(supported);
});

const NAMES = [
  "main",
  "autonomous/42-k3f9x2ab",
  "a.b",
  "ünï",
  "a@b",
  "x/y/z",
  "@",
  "",
  "-x",
  "a..b",
  "a b",
  "a~1",
  "a^",
  "a:b",
  "a?",
  "a*",
  "a[",
  "a\\b",
  "a@{b",
  "/a",
  "a/",
  "a//b",
  ".a",
  "a/.b",
  "a.lock",
  "a.lock/b",
  "a.",
  "a\u007f",
  "a\nb",
  "a\0b",
  "{",
  "a]",
];

test.each(NAMES.filter((name) => !name.includes("\0")))("git agrees on the branch name %j", async (name) => {
  const { exitCode } = await execa("git", ["check-ref-format", `refs/heads/${name}`], { reject: false });

  // Two that git allows in a ref, and refuses as a branch.
  const expected = exitCode === 0 && name !== "@" && !name.startsWith("-");
  expect(isBranchName(name)).toBe(expected);
});

test("addresses are http, https or local paths", () => {
  expect(checkedUrl("https://github.com/a/b.git")).toBe("https://github.com/a/b.git");
  expect(checkedUrl("/srv/git/a.git")).toBe("/srv/git/a.git");
  for (const url of ["ext::sh -c id", "--upload-pack=x", "ssh://x/y", "git@x:y", "http://-x", ""]) {
    expect(() => checkedUrl(url)).toThrow("Naming a remote");
  }
});

const ORIGINAL = "[core]\n\tbare = false\n[user]\n\tname = Autopack\n";

test.each([
  [ORIGINAL, true],
  ["[core]\n\tbare = false\n[user]\n\tname = Smith\n", true],
  [`${ORIGINAL}# a remark\n[branch "x"]\n\tmerge = refs/heads/x\n[advice]\n\tdetachedHead = false\n`, true],
  ["", true],
  [`${ORIGINAL}[core]\n\tfsmonitor = evil\n`, false],
  [`${ORIGINAL}[CORE]\n\thooksPath = .husky\n`, false],
  [`${ORIGINAL}[include]\n\tpath = evil\n`, false],
  [`${ORIGINAL}[user "x"]\n\tname = a\\\n`, false],
  [`${ORIGINAL}[user] name = x\n`, false],
  [`${ORIGINAL}[alias]\n\tst = !evil\n`, false],
  ["name = nowhere\n", false],
  [null, false],
])("config %j is harmless: %s", (text, harmless) => {
  expect(isHarmlessConfig(text, ORIGINAL)).toBe(harmless);
});

test("an index is parsed as git lists it", async () => {
  const folder = await mkdtemp(join(tmpdir(), "autopack-index-"));
  const git = (...args: readonly string[]) => execa("git", ["-C", folder, ...args], { lines: true });
  await git("init", "--quiet");
  await execa(
    "sh",
    [
      "-c",
      "for n in 1 12 123 1234 12345 123456 1234567 12345678; do mkdir -p d$n; echo $n >d$n/f$n; done; ln -s x l; echo >x; chmod +x x",
    ],
    {
      cwd: folder,
    },
  );
  await git("-c", "index.version=2", "add", "--all");

  const entries = parseIndex(await readFile(join(folder, ".git/index")));

  const listed = entries.map(({ mode, path }) => `${mode.toString(8)} ${path}`);
  expect(listed).toEqual((await git("ls-files", "--format=%(objectmode) %(path)")).stdout);
  for (const { path, ...known } of entries) {
    const { mtimeMs, ctimeMs, size, ino } = await lstat(join(folder, path));
    expect(known).toMatchObject({ mtimeMs, ctimeMs, sizeBytes: size, inode: ino % 2 ** 32 });
  }
  await rm(folder, { recursive: true });
  expect(() => parseIndex(Buffer.from("DIRC\0\0\0\x04"))).toThrow("not of version 2");
});

test("one run at a time; who comes during a run shares the next, also after a failure", async () => {
  const once = coalescing();
  const gates: PromiseWithResolvers<void>[] = [];
  const work = () => {
    const gate = Promise.withResolvers<void>();
    gates.push(gate);
    return gate.promise;
  };
  const first = once(1, work);
  const second = once(1, work);
  const third = once(1, work);
  const other = once(2, work);
  expect(gates).toHaveLength(2);

  gates[0]?.reject(new Error("no luck"));
  await expect(first).rejects.toThrow("no luck");
  await expect.poll(() => gates.length).toBe(3);
  gates[1]?.resolve();
  gates[2]?.resolve();
  await Promise.all([second, third, other]);
  expect(gates).toHaveLength(3);
});

test("a lock is held by one, and free again when it is released", async () => {
  const folder = await mkdtemp(join(tmpdir(), "autopack-lock-"));
  const file = join(folder, "lock");
  const held = tryLock(file);
  expect(held).not.toBeNull();
  expect(tryLock(file)).toBeNull();
  held?.release();
  const again = tryLock(file);
  expect(again).not.toBeNull();
  again?.release();
  expect(() => tryLock(join(folder, "missing", "lock"))).toThrow("it cannot be written");
  await rm(folder, { recursive: true });
});
