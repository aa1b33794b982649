import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join, resolve } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findingKey } from "../../src/domain/findings/findingKey.ts";
import { finding } from "../domain/findings/findingFixture.ts";
import { createDatabase } from "../harness/database.ts";
import type { TestDatabase } from "../harness/database.ts";
import { addRun, land, REPOSITORY } from "../store/findingsWorld.ts";

const PROGRAM = resolve("src/cli/autopack.js");
const LEAK = finding("leak in open()");
const HOSTILE = finding("clear \u001B[2J the screen", { path: null, severity: "major", source: "auditor" });

let database: TestDatabase;
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "autopack-backlog-"));
  database = await createDatabase();
  const gadget = { ...REPOSITORY, id: 102, name: "gadget" };
  for (const issue of [1, 2, 3])
    await land(database.knex, await addRun(database.knex, issue, { landings: [{ findings: [LEAK] }] }));
  const landings = [{ findings: [HOSTILE, LEAK] }, { findings: [HOSTILE], tier: 2 }];
  await land(database.knex, await addRun(database.knex, 4, { landings, repository: gadget }));
  await database.knex("backlog").update({ last_seen_at: new Date("2100-01-02T03:04:05Z") });
});
afterAll(async () => {
  await database.drop();
  await rm(dir, { recursive: true });
});

async function autopack(...args: readonly string[]) {
  const env = { PATH: process.env["PATH"] ?? "", DATABASE_URL: database.url };
  const options = { cwd: dir, env, extendEnv: false, reject: false } as const;
  const { stdout, stderr, exitCode } = await execa(process.execPath, [PROGRAM, "backlog", ...args], options);
  return { stdout, stderr, exitCode };
}

test("lists what is not resolved, of one repository or of all, and obeys nothing in it", async () => {
  const all = await autopack();
  expect(all).toMatchObject({ exitCode: 0, stderr: "" });
  expect(all.stdout).not.toContain("\u001B");
  await expect(`${all.stdout}\n`).toMatchFileSnapshot("../../fixtures/cli/backlog-list.txt");
  const due = await autopack("--repo", "acme/widget", "--status", "needs_cleanup", "--json");
  expect(JSON.parse(due.stdout)).toMatchObject({
    entries: [
      {
        repository: "acme/widget",
        key: findingKey(LEAK),
        age: { runs: 3, tiers: 3 },
        first_run: "1-aaaaaaaa",
        last_run: "3-aaaaaaaa",
        resolved: null,
        evidence: [{ phase: "1-aaaaaaaa.1" }, { phase: "2-aaaaaaaa.1" }, { phase: "3-aaaaaaaa.1" }],
      },
    ],
    more: false,
  });
  expect((await autopack("--limit", "1")).stdout).toContain("there are more: --limit 2");
});

test("lists a run's findings, each once", async () => {
  const { stdout } = await autopack("run", "4-a");
  expect(stdout.split("\n")[1]).toMatch(/^major +1–2 +2 +auditor +clear/);
  expect(stdout.split("\n")).toHaveLength(3);
});

test("resolves what somebody means, and says so to whoever looks", async () => {
  const where = ["--repo", "acme/gadget", "--reason", "closed by its caller"];
  const [nearly, ambiguous, bare] = await Promise.all([
    autopack("resolve", "src/a.ts: leek in open()", ...where),
    autopack("resolve", findingKey(LEAK), "--reason", "which?"),
    autopack("resolve", findingKey(LEAK), "--repo", "acme/gadget"),
  ]);
  expect(nearly).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(`did you mean ${findingKey(LEAK)}?`) });
  expect(ambiguous).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("say which with --repo") });
  expect(bare).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("--reason") });
  expect(await autopack("resolve", "src/a.ts: leak", ...where)).toMatchObject({ exitCode: 0 });
  const resolved = await autopack("list", "--status", "resolved", "--json");
  expect(JSON.parse(resolved.stdout)).toMatchObject({
    entries: [
      {
        repository: "acme/gadget",
        resolved: { by: `cli:${userInfo().username}`, run: null, reason: "closed by its caller" },
      },
    ],
  });
});
