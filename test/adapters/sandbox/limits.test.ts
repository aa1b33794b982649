import { execFileSync } from "node:child_process";
import { existsSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { findControlGroups } from "../../../src/adapters/sandbox/findControlGroups.ts";
import { openSandbox } from "../../../src/adapters/sandbox/openSandbox.ts";
import type { OpenedSandbox } from "../../../src/adapters/sandbox/openedSandbox.ts";
import { BUBBLEWRAP, DOCKER, UNLIMITED_BUBBLEWRAP, UNLIMITED_UNSANDBOXED, UNSANDBOXED } from "./backends.ts";
import type { OpenBackend } from "./backends.ts";
import { processesWith, sandboxRoom } from "./sandboxRoom.ts";
import type { SandboxRoom } from "./sandboxRoom.ts";

const groups = await findControlGroups();
const backends = [BUBBLEWRAP, UNLIMITED_BUBBLEWRAP, UNSANDBOXED, UNLIMITED_UNSANDBOXED, ...DOCKER];

function fill(folder: string): string {
  return `head -c 16777216 /dev/zero > ${folder}/big; stat -c %s ${folder}/big`;
}

let counter = 0;
/** An argument for `sleep` that no other process of the machine has. */
function uniqueSeconds(): string {
  counter += 1;
  return `7${process.pid}.${counter}`;
}

describe.each(backends)("limits and ends: $name", ({ isolation, open }) => {
  let opened: OpenBackend;
  let sandbox: OpenedSandbox;
  let room: SandboxRoom;

  beforeAll(async () => {
    opened = await open();
    sandbox = opened.sandbox;
  });
  afterAll(async () => opened.close());
  beforeEach(async () => {
    room = await sandboxRoom();
  });
  afterEach(() => room.dispose());

  it("runs a program in the checkout and gives its exit code", async () => {
    let starts = 0;
    const { outcome, output } = await room.run(sandbox, "pwd; cat; exit 3", {
      stdin: "from stdin\n",
      onStart: () => {
        starts += 1;
      },
    });

    const { checkout } = sandbox.inside({
      checkout: { path: room.checkout, access: "write" },
      exchange: room.exchange,
    });
    expect(outcome).toEqual({ kind: "exited", code: 3 });
    expect(output).toBe(`${checkout}\nfrom stdin\n`);
    expect(starts).toBe(1);
  });

  it("brings the Node that runs Autopack", async () => {
    const { output } = await room.run(sandbox, "node --version");

    expect(output).toBe(`${process.version}\n`);
  });

  it("passes on no environment but the allow-list and what is given", async () => {
    process.env["AUTOPACK_TEST_TOKEN"] = "leak";
    const { output } = await room.run(sandbox, ["env"], { env: { EXTRA: "given" } });
    delete process.env["AUTOPACK_TEST_TOKEN"];

    const names = output.match(/^\w+(?==)/gm)?.filter((name) => name !== "AUTOPACK_TASK");
    expect(names?.toSorted()).toEqual([
      "CI",
      "EXTRA",
      "HOME",
      "HUSKY",
      "LANG",
      "PATH",
      "PWD",
      "TERM",
      "TMPDIR",
      "USER",
    ]);
    expect(output).toContain("EXTRA=given\n");
    expect(output).toContain("LANG=C.UTF-8\n");
  });

  it("has a private home and a private place for temporary files", async () => {
    const { outcome } = await room.run(sandbox, 'test -z "$(ls -A "$HOME")" && touch "$HOME/a" "$TMPDIR/b"');

    expect(outcome).toEqual({ kind: "exited", code: 0 });
  });

  it("says what a shell says about a missing program", async () => {
    const { outcome } = await room.run(sandbox, ["no-such-program"]);

    expect(outcome).toEqual({ kind: "exited", code: 127 });
  });

  it("has standard streams that can be opened again, and keeps their order", async () => {
    const { output } = await room.run(
      sandbox,
      "cat /dev/stdin; for i in 1 2 3; do echo out $i > /dev/stdout; echo err $i > /dev/stderr; done",
      { stdin: "in\n" },
    );

    expect(output).toBe("in\nout 1\nerr 1\nout 2\nerr 2\nout 3\nerr 3\n");
  });

  it("passes a large stdin to a program that does not read it", async () => {
    const { outcome } = await room.run(sandbox, "exit 0", { stdin: "x".repeat(4_000_000) });

    expect(outcome).toEqual({ kind: "exited", code: 0 });
  });

  it("keeps characters whole that arrive in parts, and replaces bytes that are no text", async () => {
    const script = `
      const { writeSync } = require("fs");
      for (const byte of [...Buffer.from("grün ☃ 🎉"), 0xff, 0x0a]) writeSync(1, Buffer.of(byte));`;
    const { output } = await room.run(sandbox, ["node", "-e", script]);

    expect(output).toBe("grün ☃ 🎉\uFFFD\n");
  });

  it("stops endless output at the limit", async () => {
    const { outcome, output } = await room.run(sandbox, "yes", { limits: { outputBytes: 100_000 } });

    expect(outcome).toEqual({ kind: "output_exceeded" });
    expect(output).toHaveLength(100_000);
  });

  it("lets output pass that fills the limit", async () => {
    const { outcome, output } = await room.run(sandbox, "head -c 100000 /dev/zero", {
      limits: { outputBytes: 100_000 },
    });

    expect(outcome).toEqual({ kind: "exited", code: 0 });
    expect(output).toHaveLength(100_000);
  });

  it("stops a program that never ends", async () => {
    const seconds = uniqueSeconds();

    const { outcome, output } = await room.run(sandbox, `echo before; sleep ${seconds}`, {
      limits: { timeoutMs: 300 },
    });

    expect(outcome).toEqual({ kind: "timed_out" });
    expect(output).toBe("before\n");
    expect(processesWith(seconds)).toEqual([]);
  });

  it("cancels at once a program that ignores every signal it can", async () => {
    const seconds = uniqueSeconds();
    const cancel = new AbortController();
    let cancelledAt = 0;
    const { outcome } = await room.run(
      sandbox,
      `trap '' TERM INT HUP QUIT; echo up; while :; do sleep ${seconds}; done`,
      {
        signal: cancel.signal,
        onOutput: () => {
          cancelledAt = performance.now();
          cancel.abort();
        },
      },
    );

    expect(outcome).toEqual({ kind: "cancelled" });
    expect(performance.now() - cancelledAt).toBeLessThan(1000);
    expect(processesWith(seconds)).toEqual([]);
  });

  it("cancels in the very moment of the start", async () => {
    const cancel = new AbortController();
    const seconds = uniqueSeconds();
    const running = room.run(sandbox, `sleep ${seconds}`, { signal: cancel.signal });
    cancel.abort();

    expect((await running).outcome).toEqual({ kind: "cancelled" });
    expect(processesWith(seconds)).toEqual([]);
  });

  it("does not start what is cancelled already", async () => {
    const { outcome } = await room.run(sandbox, "touch started", { signal: AbortSignal.abort() });

    expect(outcome).toEqual({ kind: "cancelled" });
    expect(existsSync(join(room.checkout, "started"))).toBe(false);
  });

  it("leaves no process behind, double-forked into a session of its own or not", async () => {
    const seconds = uniqueSeconds();
    const script = `
      (setsid sh -c 'trap "" TERM HUP; echo up > up1; sleep ${seconds}' > /dev/null 2>&1 < /dev/null &)
      sh -c 'echo up > up2; exec sleep ${seconds}' &
      until [ -s up1 ] && [ -s up2 ]; do :; done
      echo both`;
    const { outcome, output } = await room.run(sandbox, script);

    expect(outcome).toEqual({ kind: "exited", code: 0 });
    expect(output).toBe("both\n");
    expect(processesWith(seconds)).toEqual([]);
  });

  it("stops a file that grows beyond the limit", async () => {
    const { outcome } = await room.run(sandbox, "head -c 1073741824 /dev/zero > big", {
      limits: { fileBytes: 1024 * 1024 },
    });

    expect(outcome).not.toEqual({ kind: "exited", code: 0 });
    expect(statSync(join(room.checkout, "big")).size).toBe(1024 * 1024);
  });

  it("does not count what a program has waited for others", async () => {
    const waits = [600, 900, 900];
    const { outcome, output } = await room.run(sandbox, "sleep 1.2; echo had time; sleep 600", {
      limits: { timeoutMs: 1000 },
      waitedMs: () => waits.shift() ?? 900,
    });

    expect(outcome).toEqual({ kind: "timed_out" });
    expect(output).toBe("had time\n");
    expect(waits).toEqual([]);
  });

  it("stops a program that fills the disk, by one file or by many", async () => {
    const much = "for i in $(seq 400); do head -c 1048576 /dev/zero > file$i; done; sleep 600";
    const many = "mkdir many; i=0; while [ $i -lt 6000 ]; do : > many/$i; i=$((i + 1)); done; sleep 600";
    for (const [script, mebibytes] of [
      [much, 20],
      [many, 4],
    ] as const) {
      const { outcome } = await room.run(sandbox, script, { limits: { diskBytes: mebibytes << 20 } });
      expect(outcome).toEqual({ kind: "disk_exceeded" });
    }
  });

  it("counts only what a program adds to the disk", async () => {
    writeFileSync(join(room.checkout, "there"), Buffer.alloc(8 << 20, 1));
    const { outcome } = await room.run(sandbox, "cp there more; rm there; cp more there; sleep 0.5", {
      limits: { diskBytes: 9 << 20 },
    });

    expect(outcome).toEqual({ kind: "exited", code: 0 });
  });

  it("notices a disk that was filled in the last moment", async () => {
    const { outcome } = await room.run(sandbox, "head -c 9437184 /dev/zero > big; head -c 9437184 /dev/zero > bigger", {
      limits: { diskBytes: 8 << 20 },
    });

    expect(outcome).toEqual({ kind: "disk_exceeded" });
  });

  it.runIf(isolation !== "unsandboxed")("has no more room in /tmp and home than it may, each", async () => {
    const { output } = await room.run(
      sandbox,
      `exec 2>/dev/null; ${fill("/tmp")}; ${fill("$HOME")}; ${fill("/dev/shm")}`,
      {
        limits: { tmpBytes: 4 << 20, fileBytes: 64 << 20 },
      },
    );

    expect(output).toBe(`${4 << 20}\n`.repeat(3));
  });

  it.runIf(isolation !== "unsandboxed")("writes in no private folder that has no size", async () => {
    const script = `
      for folder in / /dev /run /etc /var /var/tmp /sandbox /sandbox/bridges /proc /sys; do
        [ -d $folder ] && head -c 33554432 /dev/zero 2>/dev/null > $folder/big && echo "filled $folder"
      done 2>/dev/null; echo done`;
    const { output } = await room.run(sandbox, script, { limits: { fileBytes: 64 << 20, tmpBytes: 4 << 20 } });

    expect(output).toBe("done\n");
  });

  it("writes no core file", async () => {
    const { outcome } = await room.run(sandbox, "ulimit -c; kill -SEGV $$");

    expect(outcome).toEqual({ kind: "killed", by: "signal" });
    expect(execFileSync("ls", [room.checkout], { encoding: "utf8" })).toBe("");
  });
});

describe.runIf(groups !== null).each([BUBBLEWRAP, UNSANDBOXED, ...DOCKER])(
  "limits by control group: $name",
  ({ open }) => {
    let opened: OpenBackend;
    let sandbox: OpenedSandbox;
    let room: SandboxRoom;

    beforeAll(async () => {
      opened = await open();
      sandbox = opened.sandbox;
    });
    afterAll(async () => opened.close());
    beforeEach(async () => {
      room = await sandboxRoom();
    });
    afterEach(() => room.dispose());

    it("says so", () => {
      expect(sandbox.describe()).toMatchObject({ cgroup: groups?.version });
    });

    it("kills what takes too much memory, and names the cause", async () => {
      const hog = "const held = []; for (;;) held.push(Buffer.alloc(8 << 20, 1));";
      const { outcome } = await room.run(sandbox, ["node", "-e", hog], { limits: { memoryBytes: 128 << 20 } });

      expect(outcome).toEqual({ kind: "killed", by: "memory" });
    });

    it("counts the memory of all processes together", async () => {
      const hog = "const held = Buffer.alloc(60 << 20, 1); setTimeout(() => held, 1000);";
      const script = `for i in 1 2 3 4; do node -e '${hog}' & done; wait -n 2>/dev/null; wait; exit 1`;
      const { outcome } = await room.run(sandbox, script, { limits: { memoryBytes: 160 << 20, timeoutMs: 15_000 } });

      expect(outcome).toEqual({ kind: "killed", by: "memory" });
    });

    it("counts files that have no name any more", async ({ skip }) => {
      if (sandbox.isolation === "docker") skip("a container's processes may not be visible here");
      const { outcome } = await room.run(sandbox, "exec 5> gone; rm gone; head -c 9437184 /dev/zero >&5; sleep 600", {
        limits: { diskBytes: 8 << 20 },
      });

      expect(outcome).toEqual({ kind: "disk_exceeded" });
    });

    it("stops a fork bomb", async () => {
      const seconds = uniqueSeconds();
      let most = 0;
      const script = `for i in $(seq 200); do sleep ${seconds} & echo $i; done; echo all`;
      const { output } = await room.run(sandbox, script, {
        limits: { processes: 32 },
        onOutput: () => {
          most = Math.max(most, processesWith(seconds).length);
        },
      });

      expect(output).toMatch(/fork/i);
      expect(output).not.toContain("all");
      expect(Number(output.match(/^\d+$/gm)?.length)).toBeLessThanOrEqual(32);
      expect(most).toBeLessThanOrEqual(34);
      expect(processesWith(seconds)).toEqual([]);
    });

    it("outlives a bomb that never stops forking", async () => {
      const seconds = uniqueSeconds();
      const bomb = `bomb() { sleep ${seconds} & bomb & bomb; }; bomb 2>/dev/null`;
      await room.run(sandbox, bomb, { limits: { processes: 64, timeoutMs: 500 } });

      expect(processesWith(seconds)).toEqual([]);
      expect(processesWith("bomb() { sleep")).toEqual([]);
    });
  },
);

describe("without control groups", () => {
  it("limits the memory of each process, with room for Node", async () => {
    const room = await sandboxRoom();
    const sandbox = await openSandbox({ controlGroups: null });
    const use = (mebibytes: number) =>
      room.run(sandbox, ["node", "-e", `Buffer.alloc(${mebibytes} << 20, 1); console.log("had")`], {
        limits: { memoryBytes: 512 << 20 },
      });

    const [little, much] = [await use(64), await use(1700)];

    expect(little).toMatchObject({ outcome: { kind: "exited", code: 0 }, output: "had\n" });
    expect(much.outcome).not.toEqual({ kind: "exited", code: 0 });
    expect(much.output).not.toContain("had\n");
    expect(sandbox.describe()).toMatchObject({ cgroup: "none" });
    expect(sandbox.describe().notes[0]).toContain("per process");
    await room.dispose();
  });
});
