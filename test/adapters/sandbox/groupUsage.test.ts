import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createControlGroup } from "../../../src/adapters/sandbox/controlGroup.ts";
import type { ControlGroups } from "../../../src/adapters/sandbox/controlGroup.ts";
import { findControlGroups } from "../../../src/adapters/sandbox/findControlGroups.ts";
import { groupUsage, secondsOfCpuStat, secondsOfNanoseconds } from "../../../src/adapters/sandbox/groupUsage.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "autopack-usage-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("what a group uses", () => {
  it("is read from v2's files", () => {
    writeFileSync(join(folder, "memory.current"), "4096\n");
    writeFileSync(join(folder, "cpu.stat"), "usage_usec 1500000\nuser_usec 1\n");
    const meters = { memoryFile: "memory.current", cpu: { file: "cpu.stat", seconds: secondsOfCpuStat } };
    expect(groupUsage([{ folder, meters }])).toEqual({ memoryBytes: 4096, cpuSeconds: 1.5 });
  });

  it("is put together from v1's hierarchies", () => {
    writeFileSync(join(folder, "memory.usage_in_bytes"), "8192\n");
    writeFileSync(join(folder, "cpuacct.usage"), "2500000000\n");
    const cpu = { file: "cpuacct.usage", seconds: secondsOfNanoseconds };
    const usage = groupUsage([
      { folder, meters: { memoryFile: "memory.usage_in_bytes" } },
      { folder, meters: undefined },
      { folder, meters: { cpu } },
    ]);
    expect(usage).toEqual({ memoryBytes: 8192, cpuSeconds: 2.5 });
  });

  it("is unknown where a file is missing or says something else", () => {
    writeFileSync(join(folder, "cpu.stat"), "nothing\n");
    const meters = { memoryFile: "memory.current", cpu: { file: "cpu.stat", seconds: secondsOfCpuStat } };
    expect(groupUsage([{ folder, meters }])).toEqual({ memoryBytes: null, cpuSeconds: null });
  });
});

const real = await findControlGroups();

describe.runIf(real !== null)("a control group of this machine", () => {
  it("tells what a process in it uses, and nothing once it is gone", async () => {
    const group = createControlGroup(real as ControlGroups, { memoryBytes: 64 << 20, processes: 10 });
    const enter = group.procs.map((path) => `echo 0 > ${path}`).join(" && ");
    const child = spawn("sh", ["-c", `${enter} && echo in && while :; do :; done`], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(child.stdout, "data");
    await vi.waitUntil(() => (group.usage().memoryBytes ?? 0) > 0 && (group.usage().cpuSeconds ?? 0) > 0);
    const exited = once(child, "exit");
    await group.close();
    await exited;
    expect(group.usage()).toEqual({ memoryBytes: null, cpuSeconds: null });
  });
});
