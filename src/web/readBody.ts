import type { IncomingMessage } from "node:http";

export type Body =
  | { readonly kind: "complete"; readonly bytes: Buffer }
  /** More than the limit; the rest was not read. */
  | { readonly kind: "too_large" }
  /** All bodies together would take more memory than they may. */
  | { readonly kind: "overloaded" }
  /** The sender went away. */
  | { readonly kind: "aborted" };

/** Bytes of request bodies that this process holds at one time. */
export interface BodyMemory {
  used: number;
  readonly max: number;
}

/**
 * Reads a body of at most `maxBytes`, counting what comes, whatever `Content-Length` said.
 *
 * The caller gives `bytes.length` back to `memory` when it has done with a complete body; the other outcomes hold nothing.
 */
export async function readBody(
  request: IncomingMessage,
  { maxBytes, memory }: { readonly maxBytes: number; readonly memory: BodyMemory },
): Promise<Body> {
  if (Number(request.headers["content-length"] ?? 0) > maxBytes) return { kind: "too_large" };
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;

    function settle(body: Body): void {
      request.off("data", onData).off("end", onEnd).off("error", onAbort).off("close", onAbort);
      if (body.kind !== "complete") memory.used -= length;
      resolve(body);
    }
    function onData(chunk: Buffer): void {
      length += chunk.length;
      memory.used += chunk.length;
      chunks.push(chunk);
      if (length > maxBytes) settle({ kind: "too_large" });
      else if (memory.used > memory.max) settle({ kind: "overloaded" });
    }
    function onEnd(): void {
      const [first] = chunks;
      const bytes = chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks, length);
      settle({ kind: "complete", bytes });
    }
    function onAbort(): void {
      settle({ kind: "aborted" });
    }

    request.on("data", onData).once("end", onEnd).once("error", onAbort).once("close", onAbort);
  });
}
