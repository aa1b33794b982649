import type { Context, Hono } from "hono";
import type { z } from "zod";
import type { Actor, NamedActor, Requirement } from "./actor.ts";
import { permit } from "./actor.ts";
import { Problem, notFound } from "./problem.ts";
import type { Repository } from "./repository.ts";
import { findRepository } from "./world.ts";
import type { World } from "./world.ts";

export interface ApiEnvironment {
  /** `actor`: set for the stand-in's own people, who need no token. `seen`: tells the call log who it was. */
  Bindings: { readonly actor?: Actor; readonly seen?: { actor: string } };
  Variables: { actor: Actor };
}

/** The REST routes, without their `/api/v3` prefix. */
export type Api = Hono<ApiEnvironment>;
export type ApiContext = Context<ApiEnvironment>;

export interface RepositoryRequest {
  readonly repository: Repository;
  readonly actor: NamedActor;
}

/** Finds the repository of the path and checks that the caller may. @throws Problem 401, 403 or 404, as GitHub does */
export function enter(world: World, c: ApiContext, requirement: Requirement): RepositoryRequest {
  const repository = findRepository(world, `${c.req.param("owner")}/${c.req.param("repo")}`);
  if (repository === undefined) throw notFound();
  return { repository, actor: permit(c.get("actor"), repository, requirement) };
}

/** Reads and checks a JSON body. @throws Problem 400 for no JSON, 422 for JSON of the wrong shape */
export async function readBody<S extends z.ZodType>(c: ApiContext, schema: S): Promise<z.infer<S>> {
  const text = await c.req.text();
  const parsed = schema.safeParse(text === "" ? {} : parseJson(text));
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map((issue) => ({
    resource: "Request",
    field: issue.path.join("."),
    code: "invalid",
    message: issue.message,
  }));
  throw new Problem(422, "Invalid request.", errors);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Problem(400, "Problems parsing JSON");
  }
}

export function numberParam(c: ApiContext, name: string): number {
  const value = Number(c.req.param(name));
  if (!Number.isInteger(value)) throw notFound();
  return value;
}

/** A parameter that the route's pattern guarantees. */
export function textParam(c: ApiContext, name: string): string {
  const value = c.req.param(name);
  if (value === undefined) throw notFound();
  return value;
}

/** One page of a list, by `page` and `per_page`, with GitHub's `Link` header. */
export function page<T>(c: ApiContext, items: readonly T[]): readonly T[] {
  const perPage = Math.min(Math.max(Number(c.req.query("per_page") ?? 30) || 30, 1), 100);
  const current = Math.max(Number(c.req.query("page") ?? 1) || 1, 1);
  const last = Math.max(Math.ceil(items.length / perPage), 1);
  const link = (to: number, rel: string): string => {
    const url = new URL(c.req.url);
    url.searchParams.set("page", String(to));
    url.searchParams.set("per_page", String(perPage));
    return `<${url.href}>; rel="${rel}"`;
  };
  const links = [
    ...(current > 1 ? [link(1, "first"), link(current - 1, "prev")] : []),
    ...(current < last ? [link(current + 1, "next"), link(last, "last")] : []),
  ];
  if (links.length > 0) c.header("Link", links.join(", "));
  return items.slice((current - 1) * perPage, current * perPage);
}
