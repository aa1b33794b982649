import { readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { folder, postmasterPid, query, start } from "./launcherWorld.ts";

test("makes a database that answers, keeps it over a restart, and keeps its address", async () => {
  const dataDir = join(await folder(), "state", "postgres");
  const first = await start({ dataDir });
  expect(first.attached).toBe(false);
  await query(first.url, "create table kept as select 42 as answer");
  await first.stop();
  await expect(query(first.url, "select 1")).rejects.toThrow("ECONNREFUSED");

  const second = await start({ dataDir });
  expect(second).toMatchObject({ attached: false, url: first.url });
  expect(await query(second.url, "select answer from kept")).toEqual([{ answer: 42 }]);
});

test("attaches to the server that runs", async () => {
  const dataDir = await folder();
  const first = await start({ dataDir });
  const second = await start({ dataDir });
  expect(second).toMatchObject({ attached: true, url: first.url });
});

test("stopping twice, or what somebody else has stopped, is no error", async () => {
  const server = await start({ dataDir: await folder() });
  await server.stop();
  await expect(server.stop()).resolves.toBeUndefined();
});

test("serves on the loopback address only, in UTF-8, sorted by bytes, asking for a password, with our settings, without our environment", async () => {
  const { url, place } = await start({ dataDir: await folder(), settings: { max_connections: "17" } });
  expect(await argumentsAndEnvironment(await postmasterPid(place))).not.toContain("NODE_ENV");
  const shown = `select current_setting('listen_addresses') as listen, current_setting('unix_socket_directories') as sockets,
    current_setting('server_encoding') as encoding, current_setting('lc_collate', true) as gone, current_setting('max_connections') as max,
    (select datcollate from pg_database where datname = 'postgres') as collation`;
  expect(await query(url, shown)).toEqual([
    { listen: "127.0.0.1", sockets: "", encoding: "UTF8", gone: null, max: "17", collation: "C" },
  ]);
  const wrong = new URL(url);
  wrong.password = "guess";
  await expect(query(wrong.href, "select 1")).rejects.toThrow("password authentication failed");
  expect(await readFile(join(place, "data", "pg_hba.conf"), "utf8")).not.toMatch(/^[^#].*\btrust\b/m);
});

test("the password is in one file that only its owner reads", async () => {
  const { url, place } = await start({ dataDir: await folder() });
  const { password } = new URL(url);
  expect(password.length).toBeGreaterThanOrEqual(32);
  expect(await readFile(join(place, "password"), "utf8")).toBe(password);
  expect((await stat(join(place, "password"))).mode & 0o777).toBe(0o600);
  expect(await argumentsAndEnvironment(await postmasterPid(place))).not.toContain(password);
  expect((await stat(join(place, "data"))).mode & 0o777).toBe(0o700);
  expect((await readdir(place)).toSorted()).toEqual(["data", "password", "port", "server.log", "start.lock"]);
});

test("a setting that PostgreSQL refuses is told in its own words, with the log's place", async () => {
  const dataDir = await folder();
  const attempt = start({ dataDir, settings: { shared_buffers: "plenty" } });
  await expect(attempt).rejects.toThrow(/server\.log:\n.*invalid value for parameter "shared_buffers": "plenty"/s);
  await expect(start({ dataDir })).resolves.toMatchObject({ attached: false });
});

test("a chosen port is used; taken, it is an error that names it", async () => {
  const port = await occupiedPort();
  await expect(start({ dataDir: await folder(), port })).rejects.toThrow(`port ${port} is taken`);

  const dataDir = await folder();
  const free = await start({ dataDir });
  await free.stop();
  const again = await start({ dataDir, port: Number(new URL(free.url).port) });
  expect(again.url).toBe(free.url);
});

test("moves to another port when the last one is taken", async () => {
  const dataDir = await folder();
  await (await start({ dataDir })).stop();
  const port = await occupiedPort();
  await writeFile(join(dataDir, "port"), `${port}\n`);

  const { url } = await start({ dataDir });
  expect(new URL(url).port).not.toBe(String(port));
  expect(await readFile(join(dataDir, "port"), "utf8")).toBe(`${new URL(url).port}\n`);
});

test("a folder that cannot be made is an error that names the way out", async () => {
  const file = join(await folder(), "file");
  await writeFile(file, "");
  await expect(start({ dataDir: join(file, "postgres") })).rejects.toThrow(/Opening .*DATABASE_URL/);
});

test("data without its password is an error, not a new database", async () => {
  const dataDir = await folder();
  await (await start({ dataDir })).stop();
  await rm(join(dataDir, "password"));
  await expect(start({ dataDir })).rejects.toThrow(/password of the database .*put the file back/);
});

test("a server that refuses the password in the file is told apart from ours", async () => {
  const dataDir = await folder();
  const { place } = await start({ dataDir });
  await writeFile(join(place, "password"), "another");
  await expect(start({ dataDir })).rejects.toThrow(/refuses the password in .*kill -INT/);
});

/** What other programs can see of a process; nothing where there is no /proc. */
async function argumentsAndEnvironment(pid: number): Promise<string> {
  if (process.platform !== "linux") return "";
  return (await readFile(`/proc/${pid}/cmdline`, "utf8")) + (await readFile(`/proc/${pid}/environ`, "utf8"));
}

async function occupiedPort(): Promise<number> {
  const holder = createServer().listen(0, "127.0.0.1");
  onTestFinished(() => void holder.close());
  await once(holder, "listening");
  const address = holder.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
