import Docker from "dockerode";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { DockerSandbox } from "./dockerSandbox.ts";
import type { DockerFacts } from "./dockerSandbox.ts";
import type { DockerBind } from "./dockerTask.ts";
import type { Owner } from "./handOver.ts";
import { INSIDE } from "./inside.ts";
import type { OpenedSandbox } from "./openedSandbox.ts";
import { podmanSeccomp } from "./podmanSeccomp.ts";
import { probeSandbox } from "./probeSandbox.ts";
import { containerOwner, sweepContainers } from "./sweepContainers.ts";

const DEFAULT_HOST = "unix:///var/run/docker.sock";
const DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/** Open files and processes; podman takes no more for itself. */
const MOST = 32_768;
/** Of programs, where Autopack itself is root: nobody of importance has this number. */
const GUEST: Owner = { uid: 1000, gid: 1000 };

export interface DockerWish {
  /** `unix:///path`, `/path` or `tcp://host:port`. Default: DOCKER_HOST, else Docker's own socket. */
  readonly host?: string | undefined;
  /** Must be there already: nothing is pulled. */
  readonly image?: string | undefined;
}

/**
 * Opens a Docker-API engine as the sandbox, having really run something in it.
 *
 * Programs get the image's own `node` where it has one, else the Node of this process. Throws what is wrong.
 */
export async function openDocker(
  wish: DockerWish,
  { nodePath, readable }: { readonly nodePath: string; readonly readable: readonly string[] },
): Promise<OpenedSandbox> {
  if (wish.image === undefined) throw new Error("no image is named; set AUTOPACK_SANDBOX_IMAGE");
  const docker = connect(wish.host ?? process.env["DOCKER_HOST"] ?? DEFAULT_HOST);
  await sweepContainers(docker, new Date());
  const facts = await factsOf(docker, { image: wish.image, readable });
  const own = new DockerSandbox(docker, facts);
  if (await hasNode(own)) return own;
  const sandbox = new DockerSandbox(docker, { ...facts, node: nodeOfHost(nodePath) });
  await probeSandbox(sandbox);
  return sandbox;
}

function connect(host: string): Docker {
  if (host.startsWith("unix://")) return new Docker({ socketPath: host.slice("unix://".length) });
  if (host.startsWith("/")) return new Docker({ socketPath: host });
  const { protocol, hostname, port } = new URL(host);
  return new Docker({ protocol: protocol === "https:" ? "https" : "http", host: hostname, port: port || "2375" });
}

async function factsOf(
  docker: Docker,
  { image, readable }: { readonly image: string; readonly readable: readonly string[] },
): Promise<DockerFacts> {
  const { Config } = await docker.getImage(image).inspect();
  const info = (await docker.info()) as {
    readonly SecurityOptions?: readonly string[];
    readonly CgroupVersion?: string;
  };
  const isRootless = (info.SecurityOptions ?? []).some((option) => /\bname=rootless\b/.test(option));
  const path = Config.Env?.find((line) => line.startsWith("PATH="))?.slice("PATH=".length) ?? DEFAULT_PATH;
  const { user, handTo, notes } = userOf(isRootless);
  const seccomp = (await isPodman(docker)) ? podmanSeccomp() : null;
  const cgroup = info.CgroupVersion === "2" ? "v2" : "v1";
  return {
    image,
    path,
    user,
    handTo,
    notes,
    cgroup,
    node: [],
    readable,
    seccomp,
    hardLimits: hardLimits(),
    owner: containerOwner(),
  };
}

/** Of a rootless engine, root inside is the engine's own user outside, and that is also who owns the folders. */
function userOf(isRootless: boolean): Pick<DockerFacts, "user" | "handTo" | "notes"> {
  if (isRootless) {
    const notes = ["The engine is rootless: programs are root inside, without any capability, and its user outside."];
    return { user: "0:0", handTo: null, notes };
  }
  const [uid, gid] = [process.getuid?.() ?? GUEST.uid, process.getgid?.() ?? GUEST.gid];
  if (uid !== 0) return { user: `${uid}:${gid}`, handTo: null, notes: [] };
  return { user: `${GUEST.uid}:${GUEST.gid}`, handTo: GUEST, notes: [] };
}

/** Docker's own profile is strict, and its API wants a profile's text, where podman's wants a path. */
async function isPodman(docker: Docker): Promise<boolean> {
  const { Components } = (await docker.version()) as { readonly Components?: readonly { readonly Name: string }[] };
  return (Components ?? []).some(({ Name }) => Name === "Podman Engine");
}

/** As many as this process may have, within reason: an engine that may not raise limits can give that. */
function hardLimits(): DockerFacts["hardLimits"] {
  const text = existsSync("/proc/self/limits") ? readFileSync("/proc/self/limits", "utf8") : "";
  const limit = (name: string) => {
    const hard = new RegExp(`^${name}\\s+\\S+\\s+(\\d+)`, "m").exec(text)?.[1];
    return Math.min(Number(hard ?? MOST), MOST);
  };
  return { files: limit("Max open files"), processes: limit("Max processes") };
}

async function hasNode(sandbox: DockerSandbox): Promise<boolean> {
  try {
    await probeSandbox(sandbox);
    return true;
  } catch {
    return false;
  }
}

/** The folder with npm where it is one of Node's own, else the program alone. */
function nodeOfHost(nodePath: string): readonly DockerBind[] {
  const bin = dirname(resolve(nodePath));
  if (bin.startsWith("/usr/")) return [{ source: resolve(nodePath), target: `${INSIDE.node}/bin/node` }];
  const modules = join(dirname(bin), "lib", "node_modules");
  const npm = existsSync(join(modules, "npm")) ? [{ source: modules, target: `${INSIDE.node}/lib/node_modules` }] : [];
  return [{ source: bin, target: `${INSIDE.node}/bin` }, ...npm];
}
