import { mkdtemp, readdir, rm } from "node:fs/promises";
import { createConnection } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa, execaSync } from "execa";
import { afterEach, beforeEach, expect, test } from "vitest";
import { expected } from "./expected.ts";

/** The demo from outside, as a process of its own. A whole one takes some twenty seconds. */
const DEMO = join(import.meta.dirname, "demo.ts");
const PATIENCE_MS = 120_000;

const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;

/** A place for temporary files, which the demo has to leave empty. */
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "autopack-demo-test-"));
  await execa("chmod", ["1777", folder]);
});
afterEach(async () => rm(folder, { recursive: true, force: true }));

function environment() {
  return { PATH: process.env["PATH"] ?? "", TMPDIR: folder, HOME: "/nonexistent" };
}

function demo(args: readonly string[], as: { readonly uid?: number; readonly gid?: number } = {}) {
  const options = { env: environment(), extendEnv: false, reject: false, timeout: PATIENCE_MS, ...as } as const;
  return execa(process.execPath, [DEMO, ...args], options);
}

function expectPromoted(outcome: {
  readonly exitCode?: number;
  readonly stdout: string;
  readonly stderr: string;
}): void {
  const { stdout } = outcome;
  expect(outcome).toMatchObject({ exitCode: 0 });
  expect(stdout.split("\n")).toHaveLength(1);
  const titles = expected.phases.map(({ title }) => title);
  expect(JSON.parse(stdout)).toEqual({
    state: "promoted",
    pull_request: {
      number: 2,
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/acme\/ladle\/pull\/2$/),
      state: "closed",
      merged: true,
      head: expect.stringMatching(/^[0-9a-f]{40}$/),
    },
    commits: expect.toSatisfy((commits: readonly { sha: string; subject: string }[]) => {
      const subjects = commits.map(({ subject }) => subject);
      return (
        commits.every(({ sha }) => /^[0-9a-f]{40}$/.test(sha)) &&
        subjects.at(-1) === "Cook for any number of guests (#2)" &&
        subjects.slice(0, -1).toSorted().join() === titles.toSorted().join()
      );
    }),
    checks: expect.toSatisfy(
      (checks: readonly { name: string; conclusion: string }[]) =>
        checks.length === expected.checks.length &&
        checks.every(({ name, conclusion }) => expected.checks.includes(name) && conclusion === "success"),
    ),
    tiers: expected.tiers.map((title) => ({ title, state: "complete", cleanliness: "clean" })),
    phases: expected.phases.map(({ title, failures, revisions }) => ({ title, failures, revisions })),
    side_by_side: 3,
    backlog: expected.backlog,
    api_calls: expect.any(Number),
    ms: expect.any(Number),
  });
}

test(
  "an issue gets from its label to the merge, and nothing is left behind",
  async () => {
    expectPromoted(await demo(["--json"]));
    expect(await readdir(folder)).toEqual([]);
  },
  PATIENCE_MS,
);

test(
  "an ordinary user gets there, too",
  async ({ skip }) => {
    skip(!isRoot, "the other tests are run by one already");
    const readable = execaSync(process.execPath, ["--check", DEMO], { uid: NOBODY, gid: NOBODY, reject: false });
    skip(readable.failed, "an ordinary user cannot read this checkout");
    expectPromoted(await demo(["--json"], { uid: NOBODY, gid: NOBODY }));
    expect(await readdir(folder)).toEqual([]);
  },
  PATIENCE_MS,
);

test(
  "without bubblewrap it goes on, and says so in plain lines",
  async ({ skip }) => {
    const script = `for bwrap in /usr/bin/bwrap /bin/bwrap /usr/local/bin/bwrap; do
      [ ! -e $bwrap ] || mount --bind /dev/null $bwrap || exit 1
    done; exec "$@"`;
    const [program, ...hidden] = ["unshare", "--mount", "sh", "-c", script, "sh"] as const;
    skip(execaSync(program, [...hidden, "true"], { reject: false }).failed, "bubblewrap cannot be hidden here");
    const options = { env: environment(), extendEnv: false, reject: false, timeout: PATIENCE_MS } as const;
    const outcome = await execa(program, [...hidden, process.execPath, DEMO], options);
    const { stdout } = outcome;
    expect(outcome).toMatchObject({ exitCode: 0 });
    expect(stdout).toMatch(/WARNING: the agents of this demo run UNSANDBOXED/);
    expect(stdout).toMatch(/phase 1: Auditor asks for a revision: `scale` takes any `guests`/);
    expect(stdout).toMatch(/phase 2: CI {6}red: RangeError: guests must be a positive integer, not NaN/);
    expect(stdout).toMatch(/tier 2: At the stove, wave 2: phases 2, 3 and 4 side by side/);
    expect(stdout).toMatch(/phase 4: Builder noticed, minor: `cup` and `cups` are two units, in src\/recipes.js/);
    expect(stdout).toMatch(/tier 2: At the stove, complete and clean/);
    expect(stdout).toMatch(/promotion: merged by autopack\[bot\]/);
    expect(stdout).toMatch(/A labelled issue became a merged pull request/);
    // oxlint-disable-next-line no-control-regex -- colours are what must not be there
    expect(stdout).not.toMatch(/\u001B/);
    expect(await readdir(folder)).toEqual([]);
  },
  PATIENCE_MS,
);

test(
  "Ctrl-C in the middle stops the database and deletes everything",
  async () => {
    const running = demo([]);
    let port = 0;
    for await (const line of running.iterable()) {
      port = Number(/PostgreSQL [\d.]+ on port (\d+)/.exec(line)?.[1] ?? port);
      if (line.includes("phase 1: Builder")) running.kill("SIGINT");
    }
    expect(await running).toMatchObject({ exitCode: 130, stderr: expect.stringMatching(/stopped by SIGINT/) });
    expect(await readdir(folder)).toEqual([]);
    const [error] = await once(createConnection(port, "127.0.0.1"), "error");
    expect(error).toMatchObject({ code: "ECONNREFUSED" });
  },
  PATIENCE_MS,
);

test("--help explains it, and a wrong option is refused", async () => {
  expect(await demo(["--help"])).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/npm run demo/) });
  expect(await demo(["--jsno"])).toMatchObject({ exitCode: 2, stdout: "", stderr: expect.stringMatching(/--jsno/) });
});
