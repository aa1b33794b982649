import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Sandbox } from "../../ports/sandbox.ts";

const LIMITS = {
  timeoutMs: 30_000,
  memoryBytes: 1 << 30,
  processes: 64,
  outputBytes: 64 * 1024,
  fileBytes: 1024 * 1024,
} as const;

/** Variables that may show in process 1: the allow-list, and what the shell adds. */
const HARMLESS = new Set([
  "PATH",
  "HOME",
  "TMPDIR",
  "USER",
  "LANG",
  "TERM",
  "CI",
  "HUSKY",
  "PWD",
  "OLDPWD",
  "SHLVL",
  "_",
]);

/**
 * Runs a task for proof: it starts, may write where it should, has our Node, and process 1 shows none of our
 * environment. Throws what is wrong.
 */
export async function probeSandbox(sandbox: Sandbox): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "autopack-probe-"));
  try {
    const [checkout, exchange] = [join(folder, "checkout"), join(folder, "exchange")];
    await Promise.all([mkdir(checkout), mkdir(exchange)]);
    await probeIn({ checkout, exchange }, sandbox);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function probeIn(
  folders: { readonly checkout: string; readonly exchange: string },
  sandbox: Sandbox,
): Promise<void> {
  let output = "";
  const script = `true && : > probe && node --version >&2 && tr '\\0' '\\n' < /proc/1/environ`;
  const outcome = await sandbox.run(
    {
      argv: ["/bin/sh", "-c", script],
      checkout: { path: folders.checkout, access: "write" },
      readable: [],
      exchange: folders.exchange,
      env: {},
      stdin: "",
      limits: LIMITS,
    },
    { onOutput: (chunk) => (output += chunk), signal: new AbortController().signal },
  );
  if (outcome.kind !== "exited" || outcome.code !== 0) {
    throw new Error(`a trial run ended with ${JSON.stringify(outcome)}: ${output.trim()}`);
  }
  const leaked = environmentNames(output).filter((name) => !HARMLESS.has(name));
  if (leaked.length > 0) throw new Error(`process 1 shows variables of the host: ${leaked.join(", ")}`);
}

function environmentNames(output: string): readonly string[] {
  return output.split("\n").flatMap((line) => /^([^=\s]+)=/.exec(line)?.[1] ?? []);
}
