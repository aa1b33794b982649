import { mkdir, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Sandbox } from "../../ports/sandbox.ts";
import type { AgentProgram } from "./launchCli.ts";
import { outputTail } from "./outputTail.ts";
import { removeTree } from "./removeTree.ts";

const LIMITS = {
  timeoutMs: 30_000,
  memoryBytes: 2 * 1024 ** 3,
  processes: 128,
  outputBytes: 1024 ** 2,
  fileBytes: 64 * 1024 ** 2,
};

/** Asks an installed agent for its version, inside the sandbox: whether it is whole, and runs on this machine. */
export async function tryProgram(
  sandbox: Sandbox,
  { program, folder, version }: AgentProgram,
): Promise<{ readonly kind: "runs" } | { readonly kind: "fails"; readonly output: string }> {
  const room = await mkdtemp(join(tmpdir(), "autopack-try-"));
  try {
    const [checkout, exchange] = [join(room, "checkout"), join(room, "exchange")];
    await Promise.all([mkdir(checkout), mkdir(exchange)]);
    const tail = outputTail();
    const outcome = await sandbox.run(
      {
        argv: /\.[cm]?js$/.test(program) ? ["node", program, "--version"] : [program, "--version"],
        checkout: { path: checkout, access: "read" },
        readable: [folder],
        exchange,
        env: {},
        stdin: "",
        limits: LIMITS,
      },
      { onOutput: (chunk) => tail.add(chunk), signal: new AbortController().signal },
    );
    const output = tail.lines();
    if (outcome.kind === "exited" && outcome.code === 0 && output.includes(version)) return { kind: "runs" };
    return { kind: "fails", output: output === "" ? outcome.kind : output };
  } finally {
    await removeTree(room);
  }
}
