import type { Context } from "hono";
import { z } from "@hono/zod-openapi";

/** An error as RFC 9457 has it. `errors` says of each part of the request what is wrong with it. */
export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
    current: z.string().nullable().optional(),
  })
  .openapi("Problem");

type ProblemStatus = 400 | 401 | 404 | 409 | 413 | 422 | 500;

const TITLES: Readonly<Record<ProblemStatus, string>> = {
  400: "The request cannot be read",
  401: "Not authorised",
  404: "Not found",
  409: "Conflict",
  413: "Too large",
  422: "The request is wrong",
  500: "Internal error",
};

interface Problem {
  readonly detail: string;
  readonly errors?: { readonly pointer: string; readonly detail: string }[];
  /** The attempt that has taken the place of the one that was named. */
  readonly current?: string | null;
}

export function problem<S extends ProblemStatus>(context: Context, status: S, what: string | Problem) {
  const body = {
    type: "about:blank",
    title: TITLES[status],
    status,
    ...(typeof what === "string" ? { detail: what } : what),
  };
  return context.json(body, status, { "content-type": "application/problem+json" });
}

/** What zod says, with the place in the request: `#/result/summary` of a body, `?after` of a query. */
export function problemsOf(error: z.ZodError, target: string): { pointer: string; detail: string }[] {
  return error.issues.slice(0, 20).map(({ path, message }) => ({
    pointer: target === "json" ? `#/${path.map(String).join("/")}` : `?${path.map(String).join(".")}`,
    detail: message,
  }));
}
