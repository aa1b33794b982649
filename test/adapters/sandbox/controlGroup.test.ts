import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createControlGroup, sweepControlGroups } from "../../../src/adapters/sandbox/controlGroup.ts";
import type { ControlGroups, Hierarchy } from "../../../src/adapters/sandbox/controlGroup.ts";
import { findControlGroups } from "../../../src/adapters/sandbox/findControlGroups.ts";

const LIMITS = { memoryBytes: 64 << 20, processes: 10 };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "autopack-cgroup-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const real = await findControlGroups();

describe.runIf(real !== null)("a control group of this machine", () => {
  it("ends what is in it and is gone afterwards", async () => {
    const group = createControlGroup(real as ControlGroups, LIMITS);
    const enter = group.procs.map((path) => `echo 0 > ${path}`).join(" && ");
    const child = spawn("sh", ["-c", `${enter} && echo in && exec sleep 600`], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(child.stdout, "data");
    const exited = once(child, "exit");

    await group.close();

    expect(await exited).toEqual([null, "SIGKILL"]);
    expect(group.procs.map((path) => existsSync(dirname(path)))).toEqual(group.procs.map(() => false));
  });
});

describe("sweeping", () => {
  it("removes old empty groups, and no others", async () => {
    const hour = new Date(Date.now() - 3_600_000);
    for (const name of ["autopack-old", "autopack-used", "autopack-young", "other"]) mkdirSync(join(folder, name));
    mkdirSync(join(folder, "autopack-used", "child"));
    for (const name of ["autopack-old", "autopack-used", "other"]) utimesSync(join(folder, name), hour, hour);

    await sweepControlGroups(
      { version: "v1", hierarchies: [{ parent: folder, settings: () => [], oomFile: null }] },
      new Date(),
    );

    expect(readdirSync(folder).toSorted()).toEqual(["autopack-used", "autopack-young", "other"]);
  });
});

describe("finding control groups", () => {
  it("finds none where the kernel names none", async () => {
    expect(await findControlGroups({ mountinfo: "1 0 0:1 / / rw - ext4 /dev/vda rw\n", cgroup: "" })).toBeNull();
  });

  it("finds none where they cannot be made", async () => {
    const mountinfo = [
      `30 25 0:26 / ${folder}/memory rw - cgroup cgroup rw,memory`,
      `31 25 0:27 / ${folder}/pids rw - cgroup cgroup rw,pids`,
    ].join("\n");

    expect(await findControlGroups({ mountinfo, cgroup: "4:memory:/x\n" })).toBeNull();
  });

  it("finds no v2 where its controllers are not delegated", async () => {
    mkdirSync(join(folder, "app.service"));
    writeFileSync(join(folder, "app.service", "cgroup.controllers"), "cpu\n");
    writeFileSync(join(folder, "app.service", "cgroup.subtree_control"), "");

    expect(await findControlGroups(unifiedView("/app.service"))).toBeNull();
  });
});

describe("what is written", () => {
  it("sets what must be there and passes over what may be missing", () => {
    const groups = groupsWith(() => [{ file: "missing", value: "1", optional: true }]);

    const group = createControlGroup(groups, LIMITS);

    expect(group.procs).toHaveLength(1);
    expect(readdirSync(folder)).toHaveLength(1);
  });

  it("leaves nothing behind when a limit cannot be set", () => {
    const groups = groupsWith(() => [{ file: "memory.max", value: "1" }]);

    expect(() => createControlGroup(groups, LIMITS)).toThrow(/creating a control group/);
    expect(readdirSync(folder)).toEqual([]);
    expect(readFileSync("/proc/self/cgroup", "utf8")).not.toContain("autopack-");
  });
});

function unifiedView(own: string) {
  return { mountinfo: `30 25 0:26 / ${folder} rw - cgroup2 cgroup2 rw`, cgroup: `0::${own}\n` };
}

function groupsWith(settings: Hierarchy["settings"]): ControlGroups {
  return { version: "v2", hierarchies: [{ parent: folder, settings, oomFile: null }] };
}
