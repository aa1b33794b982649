import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, watch, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { isRoot, nobody } from "../../../src/store/postgres/account.ts";
import { folder, killHard, postmasterPid, query, spawnLauncher, start, startInChild } from "./launcherWorld.ts";

test("the server outlives a launcher that is killed, and the next start attaches", async () => {
  const dataDir = await folder();
  const first = await startInChild({ dataDir }, { stay: true });
  await query(first.url, "create table kept ()");
  await killHard(first.process);

  const second = await start({ dataDir });
  expect(second).toMatchObject({ attached: true, url: first.url });
  expect(await query(second.url, "select count(*) from kept")).toEqual([{ count: 0 }]);
});

test("a postmaster that is killed is started again, and what was committed is there", async () => {
  const dataDir = await folder();
  const first = await start({ dataDir });
  await query(first.url, "create table kept as select 1 as one");
  process.kill(await postmasterPid(first.place), "SIGKILL");

  const second = await start({ dataDir });
  expect(second.attached).toBe(false);
  expect(await query(second.url, "select one from kept")).toEqual([{ one: 1 }]);
});

test("a pid file whose number another program has now does not stop the start", async () => {
  const dataDir = await folder();
  await (await start({ dataDir })).stop();
  const account = isRoot() ? await nobody() : {};
  const other = spawn("sleep", ["60"], { cwd: "/", stdio: "ignore", ...account });
  onTestFinished(() => void other.kill());
  await once(other, "spawn");
  const lines = [other.pid, join(dataDir, "data"), 0, 5432, "", "127.0.0.1", "", "ready"];
  await writeFile(join(dataDir, "data", "postmaster.pid"), lines.join("\n"));

  expect(await start({ dataDir })).toMatchObject({ attached: false });
  expect(other.exitCode).toBeNull();
});

test("three launchers at once: one starts, two attach", async () => {
  const dataDir = await folder();
  const launched = await Promise.all([1, 2, 3].map(async () => startInChild({ dataDir })));
  expect(launched.filter(({ attached }) => attached)).toHaveLength(2);
  expect(new Set(launched.map(({ url }) => url)).size).toBe(1);
});

test("a launcher that is killed while it makes the database leaves nothing in the way", async () => {
  const dataDir = await folder();
  const appears = untilAppears(dataDir, /^data\.new-/);
  const launcher = spawnLauncher({ dataDir });
  await appears;
  await killHard(launcher);

  const { url } = await start({ dataDir });
  expect(await query(url, "select 1 as one")).toEqual([{ one: 1 }]);
  expect((await readdir(dataDir)).filter((name) => name.startsWith("data"))).toEqual(["data"]);
});

test("half a database that an earlier start left is thrown away", async () => {
  const dataDir = await folder();
  await mkdir(join(dataDir, "data.new-dead", "base"), { recursive: true });
  await start({ dataDir });
  expect(await readdir(dataDir)).not.toContain("data.new-dead");
});

async function untilAppears(dir: string, name: RegExp): Promise<void> {
  for await (const { filename } of watch(dir)) {
    if (filename !== null && name.test(filename)) return;
  }
}
