import { createHash } from "node:crypto";
import { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import { HTTPException } from "hono/http-exception";
import type { Logger } from "pino";
import { storedEvent } from "../../domain/attemptEvent.ts";
import { canonicalJson } from "../../domain/canonicalJson.ts";
import type { AttemptId } from "../../domain/ids.ts";
import { redact } from "../../domain/redact.ts";
import { announce } from "../../engine/announce.ts";
import { appendAttemptEvents, attemptEventsAfter } from "../../store/attemptEvents.ts";
import {
  claimExternally,
  externalAttempts,
  findExternalAttempt,
  startingPatchOf,
  submitExternally,
} from "../../store/externalAttempts.ts";
import type { ExternalRefusal } from "../../store/externalAttempts.ts";
import type { Store } from "../../store/store.ts";
import { attemptJson, summaryJson } from "./attemptJson.ts";
import { authorise } from "./authorise.ts";
import { problem, problemsOf } from "./problem.ts";
import { attemptRoute, claimRoute, eventsRoute, listRoute, reportRoute, resultRoute } from "./routes.ts";
import { MAX_PATCH_BYTES } from "./schemas.ts";

/** A patch in base64 and a result beside it; for all else far less. */
const MAX_RESULT_BODY_BYTES = (MAX_PATCH_BYTES / 3) * 4 + 4 * 1024 ** 2;
const MAX_BODY_BYTES = 4 * 1024 ** 2;

const INFO = {
  openapi: "3.1.0",
  info: {
    title: "Autopack",
    version: "1",
    description: "For agents outside: attempts of the `external` backend, and what agents did.",
  },
  servers: [{ url: "/api/v1" }],
};

export interface ApiOptions {
  readonly store: Store;
  /** At least 32 characters. */
  readonly token: string;
  /** GitHub's, as in `https://github.com`. */
  readonly webUrl: string;
  /** Taken out of events that are reported. */
  readonly secrets: readonly string[];
  readonly log: Logger;
}

/** The HTTP API, below `/api/v1`. Everything in it asks for the token; errors are problems as RFC 9457 has them. */
export function createApi({ store: { knex }, token, webUrl, secrets, log }: ApiOptions): OpenAPIHono {
  const api = new OpenAPIHono({
    defaultHook: (result, context) => {
      if (result.success) return;
      const errors = problemsOf(result.error, result.target);
      return problem(context, 422, { detail: "Something in the request is wrong.", errors });
    },
  });
  const known = [...secrets, token];
  api.openAPIRegistry.registerComponent("securitySchemes", "token", { type: "http", scheme: "bearer" });
  api.use(authorise(token));
  api.use("/attempts/:id/result", limited(MAX_RESULT_BODY_BYTES));
  api.use("/attempts/:id/claim", limited(MAX_BODY_BYTES));
  api.use("/attempts/:id/events", limited(MAX_BODY_BYTES));
  api.doc31("/openapi.json", INFO);

  api.openapi(listRoute, async (context) => {
    const { state, limit } = context.req.valid("query");
    const states = state === undefined ? (["offered", "claimed", "submitted"] as const) : [state];
    const attempts = await externalAttempts(knex, { states, limit });
    return context.json({ attempts: attempts.map(summaryJson) }, 200);
  });

  api.openapi(attemptRoute, async (context) => {
    const attempt = await findExternalAttempt(knex, idOf(context));
    return attempt === null ? unknown(context) : context.json(attemptJson(attempt, webUrl), 200);
  });

  // A patch need not be text, so it is no part of a JSON answer.
  api.get("/attempts/:id/starting-patch", async (context) => {
    const patch = await startingPatchOf(knex, idOf(context));
    if (patch === null) return problem(context, 404, "There is no such attempt, or nothing lies on its base.");
    return context.body(new Uint8Array(patch), 200, { "content-type": "text/x-diff" });
  });

  api.openapi(claimRoute, async (context) => {
    const { by, take_over: takeOver } = context.req.valid("json");
    const id = idOf(context);
    const refusal = await claimExternally(knex, id, { by, takeOver });
    const attempt = refusal === null ? await findExternalAttempt(knex, id) : null;
    if (refusal !== null) return refused(context, refusal);
    return attempt === null ? unknown(context) : context.json(summaryJson(attempt), 200);
  });

  api.openapi(resultRoute, async (context) => {
    const { by, result, patch, patch_base64: bytes } = context.req.valid("json");
    const id = idOf(context);
    const before = await findExternalAttempt(knex, id);
    if (before === null) return unknown(context);
    const change = bytes === undefined ? textBytes(patch) : Buffer.from(bytes, "base64");
    const wrong = misfit(before.role, result !== null, change);
    if (wrong !== null) return problem(context, 422, { detail: wrong.detail, errors: [wrong] });
    const digest = digestOf(result, change);
    const json = result === null ? null : storableJson(result);
    const outcome = await submitExternally(knex, id, { by, result: json, patch: change, digest });
    if (outcome.kind !== "taken") return refused(context, outcome);
    await announce(knex, outcome.runId);
    log.info({ attempt: id, by, patchBytes: change?.length ?? 0 }, "result handed in from outside");
    const attempt = await findExternalAttempt(knex, id);
    return attempt === null ? unknown(context) : context.json(summaryJson(attempt), 200);
  });

  api.openapi(eventsRoute, async (context) => {
    const { after, limit } = context.req.valid("query");
    const events = await attemptEventsAfter(knex, idOf(context), { seq: after, limit });
    const shown = events.map(({ seq, at, kind, payload, isTruncated }) => ({
      seq,
      at: at.toISOString(),
      kind,
      payload: { ...payload },
      payload_truncated: isTruncated,
    }));
    return context.json({ events: shown }, 200);
  });

  api.openapi(reportRoute, async (context) => {
    const id = idOf(context);
    const attempt = await findExternalAttempt(knex, id);
    if (attempt === null) return unknown(context);
    if (attempt.state === "over") return refused(context, { kind: "over", current: null });
    const at = new Date();
    const events = context.req
      .valid("json")
      .events.map((event) => ({ ...storedEvent(event, (text) => redact(text, known)), at }));
    await appendAttemptEvents(knex, id, events);
    return context.json({ kept: events.length }, 202);
  });

  api.notFound((context) => problem(context, 404, "There is nothing here; /api/v1/openapi.json says what there is."));
  api.onError((err, context) => {
    if (err instanceof HTTPException && err.status < 500) return problem(context, 400, err.message);
    log.error({ err, path: context.req.path }, "answering a request failed");
    return problem(context, 500, "This is our fault; the log says more.");
  });
  return api;
}

function limited(maxSize: number) {
  const onError = (context: Context) => problem(context, 413, `The body has more than ${Math.floor(maxSize)} bytes.`);
  return bodyLimit({ maxSize, onError });
}

/** The routes that are described check its form; for the others the database will not find it. */
function idOf(context: Context): AttemptId {
  return (context.req.param("id") ?? "") as AttemptId;
}

function unknown(context: Context) {
  return problem(context, 404, "No attempt of that id was offered to agents outside.");
}

function refused(context: Context, refusal: ExternalRefusal) {
  switch (refusal.kind) {
    case "unknown":
      return unknown(context);
    case "claimed":
      return problem(context, 409, `${refusal.by} has claimed it.`);
    case "submitted":
      return problem(context, 409, "A result was handed in for it already, and not this one.");
    case "over": {
      const { current } = refusal;
      const detail = current === null ? "Nobody waits for it any more." : `Its place has been taken by ${current}.`;
      return problem(context, 409, { detail, current });
    }
  }
}

function misfit(role: string, hasResult: boolean, patch: Uint8Array | null) {
  if (role !== "builder" && patch !== null) {
    return { pointer: "#/patch", detail: `A ${role} changes nothing: its result is JSON alone.` };
  }
  if (role !== "builder" && !hasResult) return { pointer: "#/result", detail: `A ${role} has to give a result.` };
  if ((patch?.length ?? 0) > MAX_PATCH_BYTES) {
    return { pointer: "#/patch", detail: `The patch has more than ${MAX_PATCH_BYTES} bytes.` };
  }
  return null;
}

/** An empty patch is none. */
function textBytes(patch: string | undefined): Buffer | null {
  return patch === undefined || patch === "" ? null : Buffer.from(patch);
}

function digestOf(result: unknown, patch: Uint8Array | null): string {
  const hash = createHash("sha256")
    .update(canonicalJson(result ?? null))
    .update("\0");
  return (patch === null ? hash : hash.update("\0").update(patch)).digest("hex");
}

/** PostgreSQL's JSON holds no NUL and no half of a surrogate pair. */
function storableJson(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    typeof each === "string" ? each.replaceAll("\0", "\uFFFD").toWellFormed() : each,
  );
}
