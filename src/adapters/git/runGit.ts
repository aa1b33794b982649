import { delimiter, isAbsolute } from "node:path";
import { execa } from "execa";
import { EnvironmentFailure } from "../../domain/failure.ts";

export interface GitCall {
  readonly args: readonly string[];
  /** Always given where a repository is read: git must never discover one. */
  readonly gitDir?: string;
  readonly workTree?: string;
  readonly indexFile?: string;
  /** Where new objects go, when not into `gitDir`. */
  readonly objectsDir?: string;
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Settings for this call, on top of the hardened ones. Passed by environment, so secrets may be among them. */
  readonly config?: Readonly<Record<string, string>>;
  readonly input?: string | Uint8Array;
  /** Output beyond this is cut, and git is stopped. */
  readonly maxBytes?: number;
  readonly timeoutMs?: number;
}

export interface GitAnswer {
  /** -1 when git was killed. */
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
  /** Stdout reached `maxBytes` and is incomplete. */
  readonly cut: boolean;
}

const LOCAL_TIMEOUT_MS = 10 * 60_000;
const MAX_OUTPUT_BYTES = 256 * 1024 * 1024;

/**
 * What every call runs under. Nothing a repository holds may start a program, and no setting of the machine or its
 * user applies. Loose objects are not synced: they are caches, and damage by a power cut is found and mended.
 */
const HARDENED: Readonly<Record<string, string>> = {
  "core.hooksPath": "/dev/null",
  "core.fsmonitor": "false",
  "core.untrackedCache": "false",
  "core.attributesFile": "/dev/null",
  "core.excludesFile": "/dev/null",
  "core.autocrlf": "false",
  "core.safecrlf": "false",
  "core.fileMode": "true",
  "core.symlinks": "true",
  "core.ignoreCase": "false",
  "core.precomposeUnicode": "false",
  "core.protectHFS": "true",
  "core.protectNTFS": "true",
  "core.splitIndex": "false",
  "core.sparseCheckout": "false",
  "core.fsync": "-loose-object",
  "core.askPass": "",
  "credential.helper": "",
  "index.version": "2",
  "index.sparse": "false",
  "submodule.recurse": "false",
  "fetch.recurseSubmodules": "false",
  "push.recurseSubmodules": "no",
  "push.gpgSign": "false",
  "commit.gpgSign": "false",
  "gc.auto": "0",
  "maintenance.auto": "false",
  "safe.bareRepository": "explicit",
  "http.lowSpeedLimit": "1000",
  "http.lowSpeedTime": "60",
};

/** What of the orchestrator's environment git may see: how to reach the network, and nothing else. */
const PASSED_ON = [
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "ALL_PROXY",
  "NO_PROXY",
  "http_proxy",
  "https_proxy",
  "all_proxy",
  "no_proxy",
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
  "CURL_CA_BUNDLE",
  "GIT_SSL_CAINFO",
  "TMPDIR",
];

/**
 * Runs the git binary, hardened. Any exit code is an answer, for the caller to judge.
 *
 * Throws `EnvironmentFailure` only when git cannot be started or runs over time.
 */
export async function runGit(call: GitCall): Promise<GitAnswer> {
  const result = await execa("git", [...call.args], {
    cwd: call.cwd,
    env: environment(call),
    extendEnv: false,
    ...(call.input === undefined ? { stdin: "ignore" as const } : { input: call.input }),
    encoding: "buffer",
    stripFinalNewline: false,
    reject: false,
    maxBuffer: call.maxBytes ?? MAX_OUTPUT_BYTES,
    timeout: call.timeoutMs ?? LOCAL_TIMEOUT_MS,
    forceKillAfterDelay: 2000,
  });
  const verb = `git ${call.args[0] ?? ""}`;
  if (result.code === "ENOENT") {
    throw new EnvironmentFailure("Starting git: it is not installed, or not on PATH. Install git 2.38 or newer.", {
      retry: "never",
      cause: result.cause,
    });
  }
  if (result.timedOut) throw new EnvironmentFailure(`Running ${verb}: it did not end in time and was stopped.`);
  if (result.exitCode === undefined && result.signal === undefined && !result.isMaxBuffer) {
    throw new EnvironmentFailure(`Starting ${verb}: ${result.code ?? "it could not be run"}.`, { cause: result.cause });
  }
  return {
    code: result.exitCode ?? -1,
    stdout: Buffer.from(result.stdout),
    stderr: Buffer.from(result.stderr).toString("utf8"),
    cut: result.isMaxBuffer,
  };
}

function environment(call: GitCall): Record<string, string> {
  const env: Record<string, string> = {
    // Only absolute folders: a `.` would run what lies in an agent's checkout.
    PATH: (process.env["PATH"] ?? "").split(delimiter).filter(isAbsolute).join(delimiter),
    // Not left out: libcurl would look the home folder up itself and read its .netrc.
    HOME: "/nonexistent",
    XDG_CONFIG_HOME: "/nonexistent",
    LC_ALL: "C",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_ATTR_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_NO_REPLACE_OBJECTS: "1",
    GIT_LITERAL_PATHSPECS: "1",
    GIT_CEILING_DIRECTORIES: "/",
    GIT_ALLOW_PROTOCOL: "none",
  };
  for (const name of PASSED_ON) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  if (call.gitDir !== undefined) env["GIT_DIR"] = call.gitDir;
  if (call.workTree !== undefined) env["GIT_WORK_TREE"] = call.workTree;
  if (call.indexFile !== undefined) env["GIT_INDEX_FILE"] = call.indexFile;
  if (call.objectsDir !== undefined) env["GIT_OBJECT_DIRECTORY"] = call.objectsDir;
  return { ...env, ...configuration({ ...HARDENED, ...call.config }), ...call.env };
}

/** Settings by environment: unlike `-c`, they do not show in the process list. */
function configuration(settings: Readonly<Record<string, string>>): Record<string, string> {
  const pairs = Object.entries(settings);
  const env: Record<string, string> = { GIT_CONFIG_COUNT: String(pairs.length) };
  for (const [index, [key, value]] of pairs.entries()) {
    env[`GIT_CONFIG_KEY_${index}`] = key;
    env[`GIT_CONFIG_VALUE_${index}`] = value;
  }
  return env;
}
