import type { ProbotOctokit } from "probot";
import { z } from "zod";
import type { ApiRequest } from "../../domain/apiRequest.ts";

/** A request on its way out, its address still a template. */
export type Outgoing = Required<Parameters<ProbotOctokit["request"]["endpoint"]["parse"]>[0]>;

/** Whether a request only reads, or changes something, or makes something new. A mutation of GraphQL goes by its fields' names. */
export function requestKind(options: Outgoing): ApiRequest["kind"] {
  if (resourceOf(options) === "graphql") return graphqlKind(options["query"]);
  if (options.method === "GET" || options.method === "HEAD") return "read";
  return options.method === "POST" ? "create" : "edit";
}

/** In doubt it is a write. */
function graphqlKind(query: unknown): ApiRequest["kind"] {
  if (typeof query !== "string") return "edit";
  if (!/\bmutation\b/.test(query)) return "read";
  return /\b(add|create|submit)[A-Z]/.test(query) ? "create" : "edit";
}

/** GitHub limits each of these apart. */
export function resourceOf({ url }: Outgoing): ApiRequest["resource"] {
  if (url.endsWith("/graphql")) return "graphql";
  return /^(https?:\/\/[^/]+(\/api\/v3)?)?\/search\//.test(url) ? "search" : "core";
}

/** The App asks for a token with a key of its own, which has limits of its own. */
export function isTokenExchange({ url }: Outgoing): boolean {
  return /^(https?:\/\/[^/]+(\/api\/v3)?)?\/app\/installations\/[^/]+\/access_tokens$/.test(url);
}

const problems = z.object({ errors: z.array(z.object({ message: z.string() })) });

/** What GraphQL says went wrong, in one text; empty when nothing did. */
export function graphqlMessages(data: unknown): string {
  const parsed = problems.safeParse(data);
  return parsed.success ? parsed.data.errors.map(({ message }) => message).join("; ") : "";
}
