import { SandboxNotSetUp } from "./sandboxNotSetUp.ts";

/**
 * Carries connections from loopback ports to unix sockets, inside a sandbox, by the sandbox's own Node. Its arguments
 * are pairs: a port, a socket's path. Says `ready` once all ports are listened on, then lets go of its output, which
 * whoever started it reads to the end.
 *
 * It has no more rights than the program beside it: to kill or to misuse it gains nothing that the sockets do not give.
 */
export const BRIDGE_PROGRAM = `"use strict";
const net = require("node:net");
const { closeSync, openSync, writeSync } = require("node:fs");
const pairs = process.argv.slice(2);
let waiting = pairs.length / 2;
process.on("uncaughtException", (error) => {
  if (waiting > 0) writeSync(1, String(error && error.message));
  if (waiting > 0) process.exit(1);
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGPIPE"]) process.on(signal, () => {});
for (let at = 0; at < pairs.length; at += 2) {
  const server = net.createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
    const far = net.connect({ path: pairs[at + 1], allowHalfOpen: true });
    near.on("error", () => far.destroy());
    far.on("error", () => near.destroy());
    near.on("close", () => near.readableEnded || far.destroy());
    far.on("close", () => far.readableEnded || near.destroy());
    near.pipe(far);
    far.pipe(near);
  });
  server.listen({ host: "127.0.0.1", port: Number(pairs[at]), backlog: 511 }, listening);
}
function listening() {
  waiting -= 1;
  if (waiting > 0) return;
  writeSync(1, "ready");
  for (const fd of [1, 2]) {
    closeSync(fd);
    openSync("/dev/null", "w");
  }
}
`;

/** What the first shell says, before any other output, when the bridge did not start. */
const BRIDGE_FAILED = "autopack: the bridge out of the sandbox did not start:";

const BRIDGE_EXIT = 125;

/** For the bridge alone: it holds a few buffers. Counted by the kernel with the task, so added to what that may have. */
export const BRIDGE_COST = { memoryBytes: 96 * 1024 * 1024, processes: 16 } as const;

const BRIDGE_FLAGS = "--v8-pool-size=0 --max-old-space-size=64 --max-semi-space-size=1";

/** Port of the first bridge of a program that has a loopback of its own; further ones follow. */
const FIRST_PORT = 8400;

/** Number `which` of the ports inside, from 0. */
export function portInside(which: number): number {
  return FIRST_PORT + which;
}

/**
 * Lines of a shell script that start the bridge and wait until it listens; empty when there is nothing to bridge.
 * Everything is quoted by whoever calls: paths of ours, without spaces or quotes.
 */
export function bridgeStart(
  node: string,
  program: string,
  bridges: readonly { readonly port: number; readonly path: string }[],
): string {
  if (bridges.length === 0) return "";
  const pairs = bridges.map(({ port, path }) => `${port} ${path}`).join(" ");
  const start = `${node} ${BRIDGE_FLAGS} ${program} ${pairs} </dev/null 2>&1 &`;
  return `said=$(${start})\n[ "$said" = ready ] || { printf '%s %s\\n' "${BRIDGE_FAILED}" "$said"; exit ${BRIDGE_EXIT}; }\nunset said\n`;
}

/**
 * Throws when the first shell ended because the bridge did not start. A program that pretends so gets its attempt judged
 * as a failure of the environment, which it can also say in its result.
 */
export function refuseFailedBridge(code: number | null, output: string): void {
  if (code === BRIDGE_EXIT && output.startsWith(BRIDGE_FAILED)) throw new SandboxNotSetUp(output.trim());
}
