import { execFile } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { Failure } from "../../domain/failure.ts";
import { GUARD_DEVICES } from "./bubblewrapArguments.ts";
import { BubblewrapSandbox } from "./bubblewrapSandbox.ts";
import { sweepControlGroups } from "./controlGroup.ts";
import type { ControlGroups } from "./controlGroup.ts";
import { findControlGroups } from "./findControlGroups.ts";
import { readHostLayout } from "./hostLayout.ts";
import type { DockerWish } from "./openDocker.ts";
import type { OpenedSandbox } from "./openedSandbox.ts";
import { probeSandbox } from "./probeSandbox.ts";
import { DOCKER_ADVICE, sandboxAdvice, sandboxFacts } from "./sandboxAdvice.ts";
import { Unsandboxed } from "./unsandboxed.ts";

const execFileAsync = promisify(execFile);

/** To be said at start, as loudly as the place allows, wherever `openSandbox` was asked for `none`. */
export const UNSANDBOXED_WARNING =
  "AUTOPACK_SANDBOX=none: agents and the code they write run WITHOUT A SANDBOX, with all rights of this process. " +
  "They can read its secrets and files and use its network. Do this only on a machine with nothing to lose.";

export interface SandboxWish {
  /** Default `bubblewrap`. */
  readonly wish?: "bubblewrap" | "docker" | "none" | undefined;
  /** For `docker`: which engine, and in what image. */
  readonly docker?: DockerWish;
  /** The Node that programs get as `node`. Default: the one that runs this. */
  readonly nodePath?: string;
  /** Shown read-only to every task at the same path: tool chains, agent programs. */
  readonly readable?: readonly string[];
  /** Default: the first `bwrap` in PATH. */
  readonly bwrapPath?: string;
  /** Default: found. Null does without. */
  readonly controlGroups?: ControlGroups | null;
}

interface UnavailableOptions {
  readonly advice: readonly string[];
  readonly cause: unknown;
}

/** The wished-for sandbox does not work. The message says what to do, and the service must not start. */
export class SandboxUnavailable extends Failure {
  readonly retry = "never";

  constructor(name: "bubblewrap" | "Docker", reason: string, options: UnavailableOptions) {
    const lines = [
      `The ${name} sandbox does not work here: ${reason}`,
      ...options.advice.map((line) => `  - ${line}`),
      "  - Or, at your own risk, set AUTOPACK_SANDBOX=none to run agents unsandboxed.",
    ];
    super(lines.join("\n"), { cause: options.cause });
    this.name = "SandboxUnavailable";
  }
}

/**
 * Opens the sandbox for all tasks of this process, having really run something in it.
 *
 * Fails closed: where the wished-for one does not work this throws `SandboxUnavailable`, and never falls back to none.
 */
export async function openSandbox(options: SandboxWish = {}): Promise<OpenedSandbox> {
  const nodePath = options.nodePath ?? process.execPath;
  if (options.wish === "docker") return openDockerOrAdvise({ ...options, nodePath });
  const groups = options.controlGroups === undefined ? await findControlGroups() : options.controlGroups;
  if (groups !== null) await sweepControlGroups(groups, new Date());
  if (options.wish === "none") return new Unsandboxed(nodePath, groups);
  return openBubblewrap({ ...options, nodePath }, groups);
}

async function openDockerOrAdvise(options: SandboxWish & { readonly nodePath: string }): Promise<OpenedSandbox> {
  const { nodePath, readable = [] } = options;
  try {
    // Only here, as it takes a while to load, and few use it.
    const { openDocker } = await import("./openDocker.ts");
    return await openDocker(options.docker ?? {}, { nodePath, readable });
  } catch (cause) {
    throw new SandboxUnavailable("Docker", reasonOf(cause), { advice: DOCKER_ADVICE, cause });
  }
}

async function openBubblewrap(
  options: SandboxWish & { readonly nodePath: string },
  groups: ControlGroups | null,
): Promise<OpenedSandbox> {
  const program = options.bwrapPath ?? findProgram("bwrap");
  try {
    if (program === null) throw new Error("bwrap is not in PATH");
    accessSync(program, constants.X_OK);
    const host = {
      program,
      features: await featuresOf(program),
      layout: readHostLayout(options.nodePath),
      readable: options.readable ?? [],
      guardsDevices: await canGuardDevices(),
    };
    const sandbox = new BubblewrapSandbox(host, groups);
    await probeSandbox(sandbox);
    return sandbox;
  } catch (cause) {
    const installed = program !== null && isExecutable(program);
    throw new SandboxUnavailable("bubblewrap", reasonOf(cause), {
      advice: sandboxAdvice(sandboxFacts(installed)),
      cause,
    });
  }
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

async function featuresOf(program: string): Promise<{ readonly disableUserns: boolean; readonly size: boolean }> {
  const { stdout, stderr } = await execFileAsync(program, ["--help"], { env: {} });
  const help = stdout + stderr;
  return { disableUserns: help.includes("--disable-userns"), size: help.includes("--size BYTES") };
}

/** Only root needs it, and root in a container may not be allowed to. */
async function canGuardDevices(): Promise<boolean> {
  if (process.getuid?.() !== 0) return false;
  const [program = "", ...args] = GUARD_DEVICES;
  return execFileAsync(program, [...args, "true"]).then(
    () => true,
    () => false,
  );
}

function findProgram(name: string): string | null {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/bin", "/usr/local/bin", "/bin"];
  const paths = folders.filter((folder) => folder.startsWith("/")).map((folder) => join(folder, name));
  return paths.find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
