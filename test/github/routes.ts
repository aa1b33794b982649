import { createHash } from "node:crypto";
import { Hono } from "hono";
import type { MiddlewareHandler } from "hono";
import type { Actor } from "./actor.ts";
import type { ApiEnvironment } from "./api.ts";
import { appRoutes } from "./appRoutes.ts";
import { checkRoutes } from "./checkRoutes.ts";
import { commentRoutes } from "./comments.ts";
import { commitRoutes } from "./commitRoutes.ts";
import { contentRoutes } from "./contents.ts";
import { gitDataRoutes } from "./gitData.ts";
import { graphqlRoute } from "./graphql.ts";
import { issueRoutes, labelRoutes } from "./issues.ts";
import { pageRoutes } from "./pages.ts";
import { Problem } from "./problem.ts";
import { protectionRoutes } from "./protection.ts";
import { pullRoutes } from "./pullRoutes.ts";
import type { RateLimitState } from "./rateLimit.ts";
import { reactionRoutes } from "./reactions.ts";
import { repositoryRoutes } from "./repositoryRoutes.ts";
import { rulesetRoutes } from "./rulesets.ts";
import { reviewRoutes } from "./reviews.ts";
import { statusRoutes } from "./statuses.ts";
import type { World } from "./world.ts";

export type Site = Hono<ApiEnvironment>;

/** Everything but git: REST below `/api/v3`, GraphQL at `/api/graphql`, pages at the root. */
export function createRoutes(world: World, rateLimit: RateLimitState): Site {
  const api = new Hono<ApiEnvironment>();
  api.use(authenticate(world), limitRate(rateLimit), conditional);
  api.get("/", (c) => c.json({ current_user_url: `${world.origin}/api/v3/user` }));
  api.get("/rate_limit", (c) => c.json(rateLimit.json()));

  // Where two patterns match, the earlier wins: fixed words come before parameters that may hold slashes.
  appRoutes(api, world);
  reactionRoutes(api, world);
  commentRoutes(api, world);
  issueRoutes(api, world);
  labelRoutes(api, world);
  reviewRoutes(api, world);
  pullRoutes(api, world);
  checkRoutes(api, world);
  statusRoutes(api, world);
  protectionRoutes(api, world);
  rulesetRoutes(api, world);
  contentRoutes(api, world);
  gitDataRoutes(api, world);
  commitRoutes(api, world);
  repositoryRoutes(api, world);

  const graphql = new Hono<ApiEnvironment>();
  graphql.use(authenticate(world), limitRate(rateLimit));
  graphqlRoute(graphql, world);

  const site: Site = new Hono<ApiEnvironment>();
  site.route("/api/v3", api);
  site.route("/api/graphql", graphql);
  pageRoutes(site, world);
  site.notFound((c) => {
    const message = `The GitHub stand-in does not answer ${c.req.method} ${c.req.path}: see test/github/README.md`;
    return c.json({ message }, 501);
  });
  site.onError((error, c) => {
    if (!(error instanceof Problem)) return c.json({ message: `The stand-in failed: ${error.stack}` }, 500);
    const { message, errors, status } = error;
    const body = { message, ...(errors.length === 0 ? {} : { errors }), documentation_url: "", status: String(status) };
    return Response.json(body, { status, headers: rateLimit.headers() });
  });
  return site;
}

function authenticate(world: World): MiddlewareHandler<ApiEnvironment> {
  return async (c, next) => {
    const actor = c.env.actor ?? actorOf(world, c.req.header("authorization"));
    if (c.env.seen !== undefined) c.env.seen.actor = "login" in actor ? actor.login : actor.kind;
    if (actor.kind === "installation" && world.installation.suspendedAt !== undefined) {
      throw new Problem(403, "This installation has been suspended");
    }
    c.set("actor", actor);
    await next();
  };
}

/** A wrong token is refused even where none would be needed. */
function actorOf(world: World, authorization: string | undefined): Actor {
  if (authorization === undefined) return { kind: "nobody" };
  const [, scheme = "", value = ""] = /^(\S+)\s+(.+)$/.exec(authorization) ?? [];
  const basic = scheme.toLowerCase() === "basic";
  return world.tokens.actorOf(
    basic ? Buffer.from(value, "base64").toString("utf8").split(":").slice(1).join(":") : value,
  );
}

function limitRate(rateLimit: RateLimitState): MiddlewareHandler<ApiEnvironment> {
  return async (c, next) => {
    const counted = c.env.actor === undefined && !c.req.path.endsWith("/rate_limit");
    if (counted && !rateLimit.spend()) throw new Problem(403, "API rate limit exceeded for the installation.");
    await next();
    if (counted && c.res.status === 304) rateLimit.giveBack();
    for (const [name, value] of Object.entries(rateLimit.headers())) c.res.headers.set(name, value);
  };
}

/** An `ETag` on every successful read, and 304 for a caller who has it already. */
const conditional: MiddlewareHandler<ApiEnvironment> = async (c, next) => {
  await next();
  if (c.req.method !== "GET" || c.res.status !== 200) return;
  const digest = createHash("sha256")
    .update(new Uint8Array(await c.res.clone().arrayBuffer()))
    .digest("hex");
  const etag = `"${digest}"`;
  const known = (c.req.header("if-none-match") ?? "").replaceAll("W/", "").split(/\s*,\s*/);
  c.res.headers.set("ETag", etag);
  if (known.includes(etag)) c.res = new Response(null, { status: 304, headers: { ETag: etag } });
};
