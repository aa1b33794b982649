import type { IncomingMessage } from "node:http";
import { z } from "zod";
import { asMapping, parsed } from "./jsonFields.ts";
import type { Json } from "./jsonFields.ts";

/** The most that Anthropic takes; others take less. */
const MAX_BYTES = 32 * 1024 * 1024;

/** What is read of one that is too large, so that it can be told. */
const DRAINED_BYTES = 4 * MAX_BYTES;

/** What the gateway itself needs of a request; all the rest is the provider's. */
const schema = z.looseObject({
  model: z.string().min(1).max(300).optional(),
  stream: z.boolean().nullish(),
});

export type RequestBody =
  | {
      readonly kind: "body";
      readonly body: Json;
      readonly model: string | null;
    }
  | { readonly kind: "too_large" | "junk"; readonly message: string };

/**
 * Reads a request's JSON. What goes out is written anew from it: of a key that is there twice, the provider must not read
 * another one than was judged. Rejects when the agent hangs up meanwhile.
 */
export async function readRequestBody(request: IncomingMessage): Promise<RequestBody> {
  const encoding = request.headers["content-encoding"];
  if (encoding !== undefined && encoding !== "identity") {
    request.resume();
    return { kind: "junk", message: "Compressed requests are not taken: send JSON as it is." };
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= MAX_BYTES) chunks.push(chunk);
    if (bytes > DRAINED_BYTES) throw new Error("reading a request: it does not end");
  }
  if (bytes > MAX_BYTES) {
    return { kind: "too_large", message: `The request is larger than ${MAX_BYTES / (1024 * 1024)} MiB.` };
  }
  const text = Buffer.concat(chunks).toString("utf8");
  const value = parsed(text);
  const result = schema.safeParse(value);
  if (!result.success) return { kind: "junk", message: "The request is no JSON object of this form." };
  return { kind: "body", body: asMapping(value), model: result.data.model ?? null };
}
