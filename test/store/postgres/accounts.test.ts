import { chmod, mkdir, readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { canEnter, isRoot, nobody } from "../../../src/store/postgres/account.ts";
import {
  binariesWithoutLinks,
  folder,
  othersCanRun,
  person,
  postmasterPid,
  query,
  start,
  startInChild,
} from "./launcherWorld.ts";

describe.runIf(isRoot())("started by root", () => {
  test("nobody serves, and owns the data", async () => {
    const { place } = await start({ dataDir: await folder() });
    const { uid } = await nobody();
    expect((await stat(join(place, "data"))).uid).toBe(uid);
    expect((await stat(`/proc/${await postmasterPid(place)}`)).uid).toBe(uid);
  });

  test("a fresh temporary folder, closed to others, is opened for passing", async () => {
    const dataDir = await folder(0o700);
    expect(await start({ dataDir })).toMatchObject({ place: dataDir });
    expect((await stat(dataDir)).mode & 0o777).toBe(0o711);
  });

  test("under a folder that nobody can enter, the data goes elsewhere and is found again", async () => {
    const dataDir = join(await folder(0o700), "postgres");
    const elsewhere = join(await folder(), "autopack");
    const first = await start({ dataDir, elsewhere });
    expect(first.place.startsWith(`${elsewhere}/`)).toBe(true);
    expect(await canEnter(await nobody(), dataDir)).toBe(false);
    expect(JSON.parse(await readFile(join(dataDir, "moved-to.json"), "utf8"))).toMatchObject({ place: first.place });
    await query(first.url, "create table kept ()");

    expect(await start({ dataDir, elsewhere })).toMatchObject({ attached: true, url: first.url });
    await first.stop();
    const second = await start({ dataDir, elsewhere });
    expect(await query(second.url, "select count(*) from kept")).toEqual([{ count: 0 }]);
  });

  test("a home that was deleted starts afresh; what was elsewhere is stopped and kept aside", async () => {
    const dataDir = join(await folder(0o700), "postgres");
    const elsewhere = join(await folder(), "autopack");
    const first = await start({ dataDir, elsewhere });
    await query(first.url, "create table kept ()");
    await rm(dataDir, { recursive: true });

    const second = await start({ dataDir, elsewhere });
    expect(second).toMatchObject({ attached: false, place: first.place });
    expect(await query(second.url, "select to_regclass('kept') as kept")).toEqual([{ kept: null }]);
    expect(await readdir(`${first.place}.previous`)).toContain("data");
    await expect(query(first.url, "select 1")).rejects.toThrow(/ECONNREFUSED|password/);
  });

  test("data that its account cannot reach any more is an error, not a new database", async () => {
    const parent = await folder();
    const dataDir = join(parent, "postgres");
    await (await start({ dataDir })).stop();
    await chmod(parent, 0o700);
    await expect(start({ dataDir })).rejects.toThrow(/cannot pass .*chmod o\+x/);
  });

  test("data that belongs to root is an error that says what to do", async () => {
    const dataDir = await folder();
    await mkdir(join(dataDir, "data"));
    await expect(start({ dataDir })).rejects.toThrow(/belong to root.*chown/);
  });

  test("elsewhere is refused when others may write there", async () => {
    const dataDir = join(await folder(0o700), "postgres");
    const elsewhere = await folder();
    const server = await start({ dataDir, elsewhere });
    await server.stop();
    await chmod(server.place, 0o777);
    await expect(start({ dataDir, elsewhere })).rejects.toThrow("writable by root alone");
  });

  test("binaries that nobody can reach are copied once", async () => {
    const binaries = await binariesWithoutLinks(await folder(0o700));
    const elsewhere = await folder();
    const dataDir = await folder();
    await (await start({ dataDir, elsewhere, binaries })).stop();
    expect(await readdir(elsewhere)).toEqual(["postgres-test"]);
    const { ino } = await stat(join(elsewhere, "postgres-test"));
    await start({ dataDir, elsewhere, binaries });
    expect((await stat(join(elsewhere, "postgres-test"))).ino).toBe(ino);
  });
});

describe("with install scripts blocked", () => {
  test("the missing links are made where the binaries are", async () => {
    const binaries = await binariesWithoutLinks(await folder());
    await start({ dataDir: await folder(), binaries });
    expect(await readdir(join(binaries.native, "lib"))).toEqual(
      expect.arrayContaining(["libicuuc.so.60", "libpq.so.5"]),
    );
  });

  test.skipIf(isRoot() && !othersCanRun)("a copy with links is made where they cannot be written", async () => {
    const binaries = await binariesWithoutLinks(await folder());
    const lib = join(binaries.native, "lib");
    await chmod(lib, 0o555);
    onTestFinished(async () => chmod(lib, 0o755));
    const { place, dataDir } = await launchAsPerson({ binaries });
    expect(place).toBe(dataDir);
    expect(await readdir(join(place, "postgres-test", "lib"))).toContain("libicuuc.so.60");
  });
});

describe.skipIf(isRoot() && !othersCanRun)("started by a person", () => {
  test("the person serves, and owns everything", async () => {
    const { place, url } = await launchAsPerson({});
    const uid = isRoot() ? person.uid : process.getuid?.();
    const owners = await Promise.all((await readdir(place)).map(async (name) => (await stat(join(place, name))).uid));
    expect(new Set(owners)).toEqual(new Set([uid]));
    expect((await stat(`/proc/${await postmasterPid(place)}`)).uid).toBe(uid);
    expect(await query(url, "select 1 as one")).toEqual([{ one: 1 }]);
  });

  test.runIf(isRoot())("root attaches to it, and serves it under that person's account", async () => {
    const { dataDir, url } = await launchAsPerson({});
    const attached = await start({ dataDir });
    expect(attached).toMatchObject({ attached: true, url });
    await attached.stop();
    const restarted = await start({ dataDir });
    expect((await stat(`/proc/${await postmasterPid(restarted.place)}`)).uid).toBe(person.uid);

    await restarted.stop();
    expect(await startInChild({ dataDir }, { account: person })).toMatchObject({ attached: false, url });
  });

  test.runIf(isRoot())("an account without a name is refused in initdb's words", async () => {
    const dataDir = join(await folder(0o777), "postgres");
    const account = { uid: 54_321, gid: 54_321 };
    await expect(startInChild({ dataDir }, { account })).rejects.toThrow(
      /could not look up effective user ID 54321.*DATABASE_URL/,
    );
  });

  test.runIf(isRoot())("what root has made is refused with a clear word", async () => {
    const dataDir = await folder();
    await start({ dataDir });
    await expect(startInChild({ dataDir }, { account: person })).rejects.toThrow(
      /Locking .*account that owns its folder/,
    );
  });
});

/** As `person` when the tests run as root; else as who we are. */
async function launchAsPerson(options: { readonly binaries?: Awaited<ReturnType<typeof binariesWithoutLinks>> }) {
  const parent = await folder(isRoot() ? 0o777 : 0o711);
  const dataDir = join(parent, "postgres");
  await mkdir(parent, { recursive: true });
  const launched = await startInChild({ dataDir, ...options }, isRoot() ? { account: person } : {});
  return { ...launched, dataDir };
}
