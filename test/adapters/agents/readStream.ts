import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { CliBackend, CliEnd, CliOrder } from "../../../src/adapters/agents/cliBackend.ts";
import type { AgentEvent } from "../../../src/ports/agent.ts";

/** What a backend makes of lines that its program really wrote. */
export function readLines(
  backend: CliBackend,
  lines: readonly string[],
): { readonly events: readonly AgentEvent[]; readonly end: CliEnd } {
  const reader = backend.read();
  const events = lines.flatMap((line) => reader.line(line));
  return { events, end: reader.end() };
}

/** The lines of a recorded stream. */
export function recorded(name: string): readonly string[] {
  return readFileSync(join(import.meta.dirname, "streams", `${name}.jsonl`), "utf8")
    .trimEnd()
    .split("\n");
}

export const ORDER: CliOrder = {
  program: "/agents/program",
  home: "/sandbox/exchange/home",
  exchange: "/sandbox/exchange",
  checkout: "/sandbox/work",
  model: { provider: "somewhere", model: "vendor/model-1" },
  gatewayUrl: "http://127.0.0.1:8787",
  key: "attempt-key",
  maxTurns: 12.7,
  mayWrite: true,
  instructions: "Do it.",
};
