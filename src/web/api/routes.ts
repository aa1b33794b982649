import { createRoute, z } from "@hono/zod-openapi";
import { problemSchema } from "./problem.ts";
import {
  attemptId,
  attemptSchema,
  attemptSummary,
  claimBody,
  eventsBody,
  eventsQuery,
  listQuery,
  resultBody,
  storedEvents,
} from "./schemas.ts";

const security = [{ token: [] }];

function answer<S extends z.ZodType>(description: string, schema: S) {
  return { description, content: { "application/json": { schema } } };
}

function refusal(description: string) {
  return { description, content: { "application/problem+json": { schema: problemSchema } } };
}

function body<S extends z.ZodType>(schema: S) {
  return { required: true, content: { "application/json": { schema } } };
}

const UNAUTHORISED = refusal("No token, or not the right one");
const UNKNOWN = refusal("No attempt of that id was offered");
const WRONG = refusal("Something in the request is wrong; `errors` says where");

export const listRoute = createRoute({
  method: "get",
  path: "/attempts",
  summary: "Attempts that wait for somebody outside",
  security,
  request: { query: listQuery },
  responses: {
    200: answer("The oldest first", z.object({ attempts: z.array(attemptSummary) })),
    401: UNAUTHORISED,
    422: WRONG,
  },
});

export const attemptRoute = createRoute({
  method: "get",
  path: "/attempts/{id}",
  summary: "What an attempt is to do",
  security,
  request: { params: attemptId },
  responses: { 200: answer("The attempt", attemptSchema), 401: UNAUTHORISED, 404: UNKNOWN, 422: WRONG },
});

export const claimRoute = createRoute({
  method: "post",
  path: "/attempts/{id}/claim",
  summary: "Claims an attempt, so that nobody else does it too",
  security,
  request: { params: attemptId, body: body(claimBody) },
  responses: {
    200: answer("It is yours", attemptSummary),
    401: UNAUTHORISED,
    404: UNKNOWN,
    409: refusal("Somebody else has it, or it is over"),
    422: WRONG,
  },
});

export const resultRoute = createRoute({
  method: "post",
  path: "/attempts/{id}/result",
  summary: "Hands in the result, once; the same result again is fine",
  security,
  request: { params: attemptId, body: body(resultBody) },
  responses: {
    200: answer("Taken", attemptSummary),
    401: UNAUTHORISED,
    404: UNKNOWN,
    409: refusal("Another result was handed in, somebody else has it, or it is over; `current` has taken its place"),
    413: refusal("The body is too large"),
    422: WRONG,
  },
});

export const eventsRoute = createRoute({
  method: "get",
  path: "/attempts/{id}/events",
  summary: "What an attempt's agent did, of any backend",
  security,
  request: { params: attemptId, query: eventsQuery },
  responses: { 200: answer("After number `after`", storedEvents), 401: UNAUTHORISED, 422: WRONG },
});

export const reportRoute = createRoute({
  method: "post",
  path: "/attempts/{id}/events",
  summary: "Reports what an agent outside does, for those who look on",
  security,
  request: { params: attemptId, body: body(eventsBody) },
  responses: {
    202: answer("Kept", z.object({ kept: z.int() })),
    401: UNAUTHORISED,
    404: UNKNOWN,
    409: refusal("It is over"),
    413: refusal("The body is too large"),
    422: WRONG,
  },
});
