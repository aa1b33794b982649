import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SandboxTask } from "../../ports/sandbox.ts";
import { BRIDGE_PROGRAM } from "./bridgeProgram.ts";
import type { DockerFiles, DockerHost } from "./dockerTask.ts";
import { INSIDE } from "./inside.ts";

/** Writes the files of a task where the engine finds them: below the system's folder for temporary files. */
export async function writeDockerFiles(
  task: SandboxTask,
  host: DockerHost,
): Promise<DockerFiles & { remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "autopack-docker-"));
  const file = (name: string) => join(folder, name);
  const write = async (name: string, text: string) => writeFile(file(name), text, { mode: 0o644 });
  const [uid = "1000", gid = "1000"] = host.user.split(":");
  const root = uid === "0" ? "" : "root:x:0:0::/:/bin/sh\n";
  await Promise.all([
    write("stdin", task.stdin),
    write("passwd", `${root}autopack:x:${uid}:${gid}::${INSIDE.home}:/bin/sh\n`),
    write("group", `autopack:x:${gid}:\n`),
    write("bridge.cjs", BRIDGE_PROGRAM),
    write("seccomp.json", host.seccomp ?? ""),
  ]);
  return {
    stdin: file("stdin"),
    passwd: file("passwd"),
    group: file("group"),
    bridge: file("bridge.cjs"),
    seccomp: file("seccomp.json"),
    remove: async () => rm(folder, { recursive: true, force: true }),
  };
}
