import { execFile, execFileSync, spawn } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { chmod, copyFile, cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { connect } from "node:net";
import { dirname, join } from "node:path";
import { once } from "node:events";
import { promisify } from "node:util";
import { vi } from "vitest";

const run = promisify(execFile);

/** A Docker-API engine of a test's own: podman, with its storage in a folder that goes with it. */
export interface PodmanEngine {
  readonly host: string;
  readonly image: string;
  /** Names of the containers that there are, running or not. */
  containers(): Promise<readonly string[]>;
  stop(): Promise<void>;
}

/**
 * Whether there is an engine to test against. Where CI is set there has to be one: a suite that is skipped for want of a
 * package proves nothing.
 */
export const hasPodman = process.getuid?.() === 0 && ["podman", "runc"].every((name) => programPath(name) !== null);

export const NO_PODMAN = "podman and runc, and root to run them, are needed to test the Docker backend";

if (!hasPodman && process.env["CI"] !== undefined && process.platform === "linux") throw new Error(NO_PODMAN);

/** What the escape suite and the tests of limits call. */
const PROGRAMS =
  "sh bash cat chmod chown cp date dd echo env false find grep head id kill ln ls mkdir mkfifo mknod mount mv nsenter perl ps " +
  "pwd rm rmdir sed seq setsid sleep sort stat sync tail tee test touch tr true uname unshare wc yes";

const LOCALE = "/usr/lib/locale/C.utf8";

export async function startPodman(): Promise<PodmanEngine> {
  const folder = await mkdtemp(join(tmpdir(), "autopack-podman-"));
  const socket = join(folder, "engine.sock");
  const env = await settings(folder);
  await makeImage(folder, env);
  const service = spawn("podman", ["system", "service", "--time", "0", `unix://${socket}`], { env, stdio: "ignore" });
  const stop = async () => {
    await run("podman", ["rm", "--all", "--force", "--time", "0"], { env }).catch(() => {});
    const exited = once(service, "exit");
    service.kill("SIGTERM");
    await exited;
    await unmountBelow(folder);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await vi.waitFor(async () => untilConnected(socket), { timeout: 20_000, interval: 20 });
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    host: `unix://${socket}`,
    image: "localhost/autopack-test:latest",
    containers: async () => {
      const { stdout } = await run("podman", ["ps", "--all", "--format", "{{.Names}}"], { env });
      return stdout.split("\n").filter(Boolean);
    },
    stop,
  };
}

async function settings(folder: string): Promise<NodeJS.ProcessEnv> {
  const containers = join(folder, "containers.conf");
  const storage = join(folder, "storage.conf");
  await writeFile(
    containers,
    `[containers]\ndefault_ulimits = ["nofile=1024:1024"]\n` +
      `[engine]\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\nruntime = "runc"\n` +
      `tmp_dir = ${JSON.stringify(join(folder, "tmp"))}\n`,
  );
  await writeFile(
    storage,
    `[storage]\ndriver = "overlay"\nrunroot = ${JSON.stringify(join(folder, "run"))}\n` +
      `graphroot = ${JSON.stringify(join(folder, "graph"))}\n`,
  );
  return { ...process.env, CONTAINERS_CONF: containers, CONTAINERS_STORAGE_CONF: storage };
}

/** No registry is asked: the image is this machine's own programs, with the libraries they need. */
async function makeImage(folder: string, env: NodeJS.ProcessEnv): Promise<void> {
  const root = join(folder, "image");
  for (const name of ["usr/bin", "usr/lib", "usr/lib64", "etc", "proc", "sys", "dev", "tmp", "run", "var/tmp", "root"])
    await mkdir(join(root, name), { recursive: true });
  for (const name of ["bin", "lib", "lib64"]) await symlink(`usr/${name}`, join(root, name));
  const programs = PROGRAMS.split(" ").flatMap((name) => programPath(name) ?? []);
  const node = realpathSync(process.execPath);
  const libraries = new Set([...programs, node].flatMap(librariesOf));
  for (const path of programs) await copyFile(path, join(root, "usr/bin", path.split("/").at(-1) ?? ""));
  for (const path of libraries) {
    const target = join(root, path.startsWith("/usr/") ? path : `/usr${path}`);
    await mkdir(dirname(target), { recursive: true });
    await copyFile(path, target);
  }
  for (const name of ["tmp", "var/tmp"]) await chmod(join(root, name), 0o1777);
  if (existsSync(LOCALE)) await cp(LOCALE, join(root, LOCALE), { recursive: true });
  await writeFile(join(root, "etc/shadow"), "root:image-secret:1:0:99999:7:::\n", { mode: 0o600 });
  const tar = join(folder, "image.tar");
  await run("tar", ["-C", root, "-cf", tar, "."]);
  await run("podman", ["import", "--change", "ENV IMAGE_VARIABLE=of-the-image", tar, "autopack-test:latest"], { env });
  await rm(tar);
  await rm(root, { recursive: true });
}

function programPath(name: string): string | null {
  const paths = ["/usr/bin", "/bin", "/usr/sbin", "/sbin"].map((folder) => join(folder, name));
  return paths.find((path) => existsSync(path)) ?? null;
}

function librariesOf(program: string): readonly string[] {
  try {
    const text = execFileSync("ldd", [program], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    return text.match(/\/\S+\.so\S*/g) ?? [];
  } catch {
    return []; // A script.
  }
}

async function untilConnected(path: string): Promise<void> {
  const socket = connect(path);
  try {
    await once(socket, "connect");
  } finally {
    socket.destroy();
  }
}

async function unmountBelow(folder: string): Promise<void> {
  const graph = join(folder, "graph");
  const names = existsSync(graph) ? await readdir(graph) : [];
  for (const name of names.filter((entry) => entry.startsWith("overlay")))
    await run("umount", ["--recursive", join(graph, name)]).catch(() => {});
}
