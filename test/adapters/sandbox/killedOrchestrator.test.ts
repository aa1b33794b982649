import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { BUBBLEWRAP, DOCKER } from "./backends.ts";
import { processesWith, sandboxRoom } from "./sandboxRoom.ts";

describe("when Autopack itself is killed", () => {
  it.each([BUBBLEWRAP, ...DOCKER])("takes sandboxed programs with it: $name", async ({ name, open }) => {
    const { wish, close } = await open();
    const room = await sandboxRoom();
    const seconds = `8${process.pid}.${name.length}`;
    const script = `
      import { openSandbox } from ${JSON.stringify(join(import.meta.dirname, "../../../src/adapters/sandbox/openSandbox.ts"))};
      const sandbox = await openSandbox(${JSON.stringify(wish)});
      await sandbox.run(
        { argv: ["sh", "-c", "(setsid sleep ${seconds} &) ; echo up; sleep ${seconds}"], readable: [], env: {}, stdin: "",
          checkout: { path: ${JSON.stringify(room.checkout)}, access: "write" }, exchange: ${JSON.stringify(room.exchange)},
          limits: { timeoutMs: 60_000, memoryBytes: 1e9, processes: 100, outputBytes: 1e6, fileBytes: 1e6 } },
        { onOutput: (chunk) => process.stdout.write(chunk), signal: new AbortController().signal },
      );`;
    const orchestrator = spawn(process.execPath, ["--input-type=module-typescript", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(orchestrator.stdout, "data");
    expect(processesWith(seconds).length).toBeGreaterThan(0);

    orchestrator.kill("SIGKILL");
    await once(orchestrator, "exit");

    await expect.poll(() => processesWith(seconds), { timeout: 5000, interval: 10 }).toEqual([]);
    await close();
    await room.dispose();
  });
});
