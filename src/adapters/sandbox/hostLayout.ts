import { existsSync, lstatSync, readdirSync, readlinkSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { INSIDE } from "./inside.ts";

/** What of the host a sandbox shows, as arguments of bubblewrap, looked up once. */
export interface HostLayout {
  /** Programs, libraries and their settings. Everything here is read-only inside. */
  readonly system: readonly string[];
  /** Kernel files that not even reading is for. */
  readonly masks: readonly string[];
  readonly path: string;
  /** Our Node, as it is called inside. */
  readonly node: string;
}

/**
 * Certificates and library look-up, never a whole folder of settings: private keys lie beside public ones, and where
 * Autopack runs as root the files of root are the program's own.
 */
const ETC = [
  "alternatives",
  "crypto-policies",
  "ld.so.cache",
  "localtime",
  "mime.types",
  "os-release",
  "pki/ca-trust/extracted",
  "pki/tls/cert.pem",
  "pki/tls/certs",
  "pki/tls/openssl.cnf",
  "protocols",
  "services",
  "ssl/cert.pem",
  "ssl/certs",
  "ssl/openssl.cnf",
];
/** Debian keeps parts of its JDKs there. */
const JAVA = /^java(-\d+-openjdk)?$/;

/**
 * Reads what there is on this host.
 *
 * The folder of `nodePath` comes first in PATH, mounted at a place of its own: it may lie where the program cannot go,
 * below a private home or inside the very checkout of Autopack. Node's own npm comes with it where it has one.
 */
export function readHostLayout(nodePath: string): HostLayout {
  const bin = dirname(resolve(nodePath));
  const inUsr = bin.startsWith("/usr/");
  const nodeBin = inUsr ? bin : `${INSIDE.node}/bin`;
  return {
    system: ["--ro-bind", "/usr", "/usr", ...rootFolders(), ...etc(), ...(inUsr ? [] : nodeFolders(bin))],
    masks: process.getuid?.() === 0 ? rootOnlyKernelFiles() : [],
    path: [...new Set([nodeBin, "/usr/local/bin", "/usr/bin", "/bin", "/usr/local/sbin", "/usr/sbin", "/sbin"])].join(
      ":",
    ),
    node: join(nodeBin, "node"),
  };
}

/** Links into /usr nearly everywhere today, real folders on older systems. */
function rootFolders(): readonly string[] {
  return ["/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"].flatMap((path) => {
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return [];
    return stats.isSymbolicLink() ? ["--symlink", readlinkSync(path), path] : ["--ro-bind", path, path];
  });
}

function etc(): readonly string[] {
  const java = readdirSync("/etc").filter((name) => JAVA.test(name));
  const paths = [...ETC, ...java].map((name) => `/etc/${name}`);
  return paths.flatMap((path) => (existsSync(path) ? ["--ro-bind", path, path] : []));
}

/**
 * Kernel memory's maps and the like: the kernel opens them to root without asking for a capability, so to programs
 * inside too where Autopack runs as root.
 */
function rootOnlyKernelFiles(): readonly string[] {
  const names = readdirSync("/proc").filter((name) => !/^\d+$/.test(name));
  return names
    .map((name) => join("/proc", name))
    .filter((path) => {
      const stats = lstatSync(path, { throwIfNoEntry: false });
      return stats?.isFile() === true && (stats.mode & 0o077) === 0;
    });
}

function nodeFolders(bin: string): readonly string[] {
  const modules = join(dirname(bin), "lib", "node_modules");
  const npm = existsSync(join(modules, "npm")) ? ["--ro-bind", modules, `${INSIDE.node}/lib/node_modules`] : [];
  return ["--ro-bind", bin, `${INSIDE.node}/bin`, ...npm];
}
