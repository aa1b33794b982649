import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openSetupCache } from "../../../src/adapters/sandbox/setupCache.ts";

let folder: string;
let made: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "autopack-setup-"));
  made = tree("made");
  mkdirSync(join(made, "node_modules", "left-pad"), { recursive: true });
  writeFileSync(join(made, "node_modules", "left-pad", "index.js"), "original\n");
  chmodSync(join(made, "node_modules", "left-pad", "index.js"), 0o755);
  symlinkSync("left-pad/index.js", join(made, "node_modules", "link"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function tree(name: string): string {
  const path = join(folder, name);
  mkdirSync(path);
  return path;
}

const FILE = join("node_modules", "left-pad", "index.js");

describe("the cache of what set-up steps make", () => {
  it("gives every checkout a copy of its own", async () => {
    const cache = openSetupCache(join(folder, "cache"));
    const [one, two] = [tree("one"), tree("two")];

    expect(await cache.restore("key", one)).toBe(false);
    await cache.keep("key", { checkout: made, paths: ["node_modules", "packages/a/node_modules"] });
    expect(await cache.restore("key", one)).toBe(true);
    writeFileSync(join(one, FILE), "poisoned\n");
    rmSync(join(one, "node_modules", "link"));
    expect(await cache.restore("key", two)).toBe(true);

    expect(readFileSync(join(two, FILE), "utf8")).toBe("original\n");
    expect(statSync(join(two, FILE)).mode & 0o777).toBe(0o755);
    expect(readlinkSync(join(two, "node_modules", "link"))).toBe("left-pad/index.js");
    expect(statSync(join(one, FILE)).ino).not.toBe(statSync(join(two, FILE)).ino);
    expect(existsSync(join(two, "packages"))).toBe(false);
  });

  it("takes nothing through a link, and puts nothing there", async () => {
    const cache = openSetupCache(join(folder, "cache"));
    const secret = tree("secret");
    mkdirSync(join(secret, "node_modules"));
    symlinkSync(secret, join(made, "packages"));

    const keeping = cache.keep("key", { checkout: made, paths: ["packages/node_modules"] });
    await expect(keeping).rejects.toThrow("keeping what the set-up steps made failed");
    mkdirSync(join(folder, "deep", "packages", "node_modules"), { recursive: true });
    writeFileSync(join(folder, "deep", "packages", "node_modules", "file"), "x");
    await cache.keep("deep", { checkout: join(folder, "deep"), paths: ["packages/node_modules"] });
    expect(await cache.restore("deep", made)).toBe(false);

    expect(readdirSync(join(secret, "node_modules"))).toEqual([]);
    expect(await cache.restore("key", tree("one"))).toBe(false);
  });

  it("leaves a checkout alone that has such files itself", async () => {
    const cache = openSetupCache(join(folder, "cache"));
    const own = tree("own");
    mkdirSync(join(own, "dist"));
    writeFileSync(join(own, "dist", "kept"), "kept");
    mkdirSync(join(made, "dist"));
    await cache.keep("key", { checkout: made, paths: ["node_modules", "dist"] });

    expect(await cache.restore("key", own)).toBe(false);

    expect(readdirSync(own)).toEqual(["dist"]);
    expect(readdirSync(join(own, "dist"))).toEqual(["kept"]);
  });

  it("shows no half entries, and clears away those that a killed process left", async () => {
    const root = join(folder, "cache");
    mkdirSync(join(root, "key.0123.tmp", "files"), { recursive: true });
    const old = new Date(Date.now() - 2 * 3_600_000);
    utimesSync(join(root, "key.0123.tmp"), old, old);
    mkdirSync(join(root, "key"));
    const cache = openSetupCache(root);

    expect(await cache.restore("key", tree("one"))).toBe(false);
    await cache.keep("key", { checkout: made, paths: ["node_modules"] });

    expect(await cache.restore("key", tree("two"))).toBe(true);
    expect(readdirSync(root)).toEqual(["key"]);
  });

  it("keeps a dozen, the last used", async () => {
    const cache = openSetupCache(join(folder, "cache"));
    for (let number = 0; number < 12; number += 1) {
      await cache.keep(`key${number}`, { checkout: made, paths: ["node_modules"] });
      const at = new Date(Date.now() - (60 - number) * 1000);
      utimesSync(join(folder, "cache", `key${number}`), at, at);
    }
    expect(await cache.restore("key0", tree("one"))).toBe(true);

    await cache.keep("last", { checkout: made, paths: ["node_modules"] });

    expect(readdirSync(join(folder, "cache"))).toHaveLength(12);
    expect(await cache.restore("key0", tree("two"))).toBe(true);
    expect(await cache.restore("key1", tree("three"))).toBe(false);
  });

  it("does work on one entry at a time, also after work that failed", async () => {
    const cache = openSetupCache(join(folder, "cache"));
    const order: string[] = [];
    const first = Promise.withResolvers<void>();
    const works = [
      cache.exclusively("key", async () => {
        order.push("first begins");
        await first.promise;
        order.push("first ends");
        throw new Error("did not work");
      }),
      cache.exclusively("key", () => Promise.resolve(order.push("second"))),
      cache.exclusively("other", () => Promise.resolve(order.push("other"))),
    ];
    await works[2];
    first.resolve();
    const settled = await Promise.allSettled(works);

    expect(order).toEqual(["first begins", "other", "first ends", "second"]);
    expect(settled.map(({ status }) => status)).toEqual(["rejected", "fulfilled", "fulfilled"]);
  });

  it("copies a folder of many files in little time", async () => {
    execFileSync("sh", ["-c", "cd node_modules && for i in $(seq 2000); do : > f$i; done"], { cwd: made });
    const cache = openSetupCache(join(folder, "cache"));
    await cache.keep("key", { checkout: made, paths: ["node_modules"] });
    const one = tree("one");

    expect(await cache.restore("key", one)).toBe(true);
    expect(readdirSync(join(one, "node_modules"))).toHaveLength(2002);
  });
});
