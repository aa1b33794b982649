import { isUtf8 } from "node:buffer";
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { HttpBindings } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { Handler } from "hono";
import type { Logger } from "pino";
import { z } from "zod";
import type { Intake, Receipt } from "../inbox/intake.ts";
import type { IncomingDelivery } from "../inbox/receive.ts";
import { topicOf } from "../inbox/topicOf.ts";
import { readBody } from "./readBody.ts";
import type { Body, BodyMemory } from "./readBody.ts";
import { isSignedWith, signatureDigest } from "./signature.ts";

export interface WebhookOptions {
  readonly intake: Intake;
  readonly secret: string;
  readonly log: Logger;
  /** Default 9 s: GitHub gives up after 10 s, and does not see what is answered later. */
  readonly answerWithinMs?: number;
}

/** GitHub's own cap on a payload. */
const maxBodyBytes = 25 * 1024 * 1024;
/** Of all bodies being received at one time. */
const maxHeldBytes = 256 * 1024 * 1024;

const guidForm = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const eventName = /^[a-z][a-z0-9_]{0,63}$/;
const payloadSchema = z.looseObject({
  action: z.string().nullish(),
  installation: z.looseObject({ id: z.int() }).nullish(),
});

/** A JSON answer. */
interface Answer {
  readonly status: 202 | 400 | 401 | 413 | 415 | 503;
  readonly body: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

const headersOfAll = {
  "content-type": "application/json",
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
};

/**
 * GitHub's webhooks: verified on the raw body, stored, enqueued, and then answered with 202. The work is done elsewhere.
 *
 * It reads Node's own stream, to count the bytes of a body while they come, and writes to it, which takes a third off the
 * processor time of a request. The server drains what an early answer leaves unread, so that the sender sees the answer
 * and not a broken pipe.
 */
export function webhookHandler(options: WebhookOptions): Handler<{ Bindings: HttpBindings }> {
  const memory: BodyMemory = { used: 0, max: maxHeldBytes };
  return async (context) => {
    const { status, body, headers } = await answerTo(context.env.incoming, options, memory);
    const text = JSON.stringify(body);
    context.env.outgoing
      .writeHead(status, { ...headersOfAll, "content-length": Buffer.byteLength(text), ...headers })
      .end(text);
    return RESPONSE_ALREADY_SENT;
  };
}

async function answerTo(request: IncomingMessage, options: WebhookOptions, memory: BodyMemory): Promise<Answer> {
  const head = readHead(request.headers);
  if (head.kind === "problem") return head.answer;
  const body = await readBody(request, { maxBytes: maxBodyBytes, memory });
  if (body.kind !== "complete") return answerToNoBody(body);
  try {
    return await answerToBody(head, body.bytes, options);
  } finally {
    memory.used -= body.bytes.length;
  }
}

interface Head {
  readonly kind: "head";
  readonly id: IncomingDelivery["id"];
  readonly event: string;
  readonly digest: Buffer;
}

/** What can be told before a byte of the body is read. */
function readHead(headers: IncomingHttpHeaders): Head | { readonly kind: "problem"; readonly answer: Answer } {
  const digest = signatureDigest(single(headers["x-hub-signature-256"]));
  if (digest === undefined) return refuse(401, "X-Hub-Signature-256 is missing or is not sha256=<64 hex digits>");
  const id = single(headers["x-github-delivery"]);
  if (id === undefined || !guidForm.test(id)) return refuse(400, "X-GitHub-Delivery is missing or is not a GUID");
  const event = single(headers["x-github-event"]);
  if (event === undefined || !eventName.test(event)) return refuse(400, "X-GitHub-Event is missing or names no event");
  if (!/^application\/json\s*(;|$)/i.test(headers["content-type"] ?? ""))
    return refuse(415, "set the webhook's content type to application/json");
  // PostgreSQL writes GUIDs in lower case; one form everywhere makes equal ones equal.
  return { kind: "head", id: id.toLowerCase() as IncomingDelivery["id"], event, digest };
}

async function answerToBody(head: Head, bytes: Buffer, options: WebhookOptions): Promise<Answer> {
  const { intake, secret, log, answerWithinMs = 9_000 } = options;
  const { id, event, digest } = head;
  if (!isSignedWith(secret, digest, bytes)) {
    log.warn({ delivery: id, event }, "webhook refused: its signature was not made with WEBHOOK_SECRET");
    return problem(401, "the signature was not made with this App's webhook secret");
  }
  const parsed = parsePayload(event, bytes);
  if (parsed === undefined) return problem(400, "the body is not a JSON object as GitHub sends it");
  const receipt = await withinTime(answerWithinMs, intake.accept({ id, event, ...parsed }));
  logReceipt(log, head, receipt);
  return answerToReceipt(head, receipt);
}

function parsePayload(event: string, bytes: Buffer): Omit<IncomingDelivery, "id" | "event"> | undefined {
  if (!isUtf8(bytes)) return undefined;
  const payload = bytes.toString("utf8");
  const parsed = payloadSchema.safeParse(parseJson(payload));
  if (!parsed.success) return undefined;
  const { action, installation } = parsed.data;
  const topic = topicOf(event, parsed.data);
  return { payload, action: action ?? null, installationId: installation?.id ?? null, topic };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The delivery may still be stored after the time is up; GitHub's log then says failed, and a redelivery is a duplicate. */
async function withinTime(limitMs: number, receipt: Promise<Receipt>): Promise<Receipt> {
  const { promise, resolve } = Promise.withResolvers<Receipt>();
  const timer = setTimeout(() => {
    resolve({ kind: "unavailable", cause: new Error(`the database did not answer in ${limitMs} ms`) });
  }, limitMs);
  try {
    return await Promise.race([receipt, promise]);
  } finally {
    clearTimeout(timer);
  }
}

function logReceipt(log: Logger, { id, event }: Head, receipt: Receipt): void {
  const fields = { delivery: id, event, receipt: receipt.kind };
  switch (receipt.kind) {
    case "stored":
    case "ignored":
    case "duplicate":
      log.debug(fields, "webhook received");
      return;
    case "refused":
    case "overloaded":
      log.warn(fields, "webhook not stored");
      return;
    case "unavailable":
      log.error({ ...fields, err: receipt.cause }, "webhook not stored: the database is not available");
  }
}

function answerToReceipt({ id }: Head, receipt: Receipt): Answer {
  switch (receipt.kind) {
    case "stored":
    case "ignored":
    case "duplicate":
      return { status: 202, body: { delivery: id, result: receipt.kind } };
    case "refused":
      return problem(400, receipt.reason);
    case "overloaded":
      return tryLater("too many webhooks at once");
    case "unavailable":
      return tryLater("the database is not available");
  }
}

function answerToNoBody(body: Exclude<Body, { kind: "complete" }>): Answer {
  switch (body.kind) {
    case "too_large":
      return problem(413, `the body is larger than ${maxBodyBytes} bytes`);
    case "overloaded":
      return tryLater("too many webhooks at once");
    case "aborted":
      return problem(400, "the body ended early");
  }
}

function problem(status: Answer["status"], error: string): Answer {
  return { status, body: { error } };
}

function tryLater(error: string): Answer {
  return { status: 503, body: { error }, headers: { "retry-after": "10" } };
}

function refuse(status: Answer["status"], error: string): { readonly kind: "problem"; readonly answer: Answer } {
  return { kind: "problem", answer: problem(status, error) };
}

function single(header: string | string[] | undefined): string | undefined {
  return typeof header === "string" ? header : undefined;
}
