import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import { withStartupLock } from "../../../src/store/postgres/startupLock.ts";
import { folder } from "./launcherWorld.ts";

test("lets one in at a time, and gives the way free after an error", async () => {
  const file = join(await folder(), "lock");
  let inside = 0;
  let most = 0;
  const work = async (): Promise<void> => {
    inside += 1;
    most = Math.max(most, inside);
    await turn();
    inside -= 1;
  };
  const failing = withStartupLock(file, async () => {
    await work();
    throw new Error("broke");
  });
  await Promise.all([
    expect(failing).rejects.toThrow("broke"),
    withStartupLock(file, work),
    withStartupLock(file, work),
  ]);
  expect(most).toBe(1);
});

test("a lock that cannot be opened is an error that names the way out", async () => {
  const file = join(await folder(), "missing", "lock");
  await expect(withStartupLock(file, async () => undefined)).rejects.toThrow(/Locking .*DATABASE_URL/);
});
