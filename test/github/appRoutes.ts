import { z } from "zod";
import { accountJson } from "./accounts.ts";
import type { Permissions } from "./actor.ts";
import { installationJson } from "./announce.ts";
import { numberParam, page, readBody, textParam } from "./api.ts";
import type { Api, ApiContext } from "./api.ts";
import { appJson } from "./present.ts";
import { Problem, notFound } from "./problem.ts";
import { repositoryJson } from "./repositoryJson.ts";
import type { LoggedDelivery } from "./webhooks.ts";
import { findRepository } from "./world.ts";
import type { World } from "./world.ts";

const narrowing = z.object({
  repositories: z.array(z.string()).optional(),
  repository_ids: z.array(z.number()).optional(),
  permissions: z.record(z.string(), z.enum(["read", "write"])).optional(),
});

/** What an app asks about itself with its JWT: installations, tokens, and its webhook deliveries. */
export function appRoutes(api: Api, world: World): void {
  api.get("/app", (c) => {
    assertApp(c);
    return c.json({ ...appJson(world), installations_count: world.installation.removed ? 0 : 1 });
  });

  api.get("/app/installations", (c) => {
    assertApp(c);
    return c.json(page(c, world.installation.removed ? [] : [installationJson(world)]));
  });

  api.get("/app/installations/:id", (c) => {
    assertApp(c);
    assertInstallation(world, numberParam(c, "id"));
    return c.json(installationJson(world));
  });

  api.get("/repos/:owner/:repo/installation", (c) => {
    assertApp(c);
    const repository = findRepository(world, `${textParam(c, "owner")}/${textParam(c, "repo")}`);
    if (repository?.installed !== true || world.installation.removed) throw notFound();
    return c.json(installationJson(world));
  });

  api.on("GET", ["/orgs/:account/installation", "/users/:account/installation"], (c) => {
    assertApp(c);
    if (world.installation.removed || c.req.param("account") !== world.installation.account) throw notFound();
    return c.json(installationJson(world));
  });

  api.post("/app/installations/:id/access_tokens", async (c) => {
    assertApp(c);
    assertInstallation(world, numberParam(c, "id"));
    if (world.installation.suspendedAt !== undefined) throw new Problem(403, "This installation has been suspended");
    const { repositories, repository_ids, permissions } = await readBody(c, narrowing);
    const ids = repository_ids ?? repositories?.map((name) => installedId(world, name));
    const narrowed = narrow(world.app.permissions, permissions);
    const actor = { kind: "installation" as const, login: world.botLogin, permissions: narrowed };
    const { token, expiresAt } = world.tokens.installation({
      ...actor,
      ...(ids === undefined ? {} : { repositoryIds: ids }),
    });
    const answer = {
      token,
      expires_at: expiresAt.replace(/\.\d+Z$/, "Z"),
      permissions: { metadata: "read", ...narrowed },
    };
    const chosen = world.repositories.filter(({ id }) => ids?.includes(id) === true);
    const some = { repository_selection: "selected", repositories: chosen.map((one) => repositoryJson(world, one)) };
    return c.json({ ...answer, ...(ids === undefined ? { repository_selection: "selected" } : some) }, 201);
  });

  api.get("/installation/repositories", (c) => {
    const actor = c.get("actor");
    if (actor.kind !== "installation")
      throw new Problem(403, "You must authenticate with an installation access token.");
    const covered = world.repositories.filter(
      ({ id, installed }) => installed && (actor.repositoryIds?.includes(id) ?? true),
    );
    const repositories = page(c, covered).map((one) => repositoryJson(world, one, actor));
    return c.json({ total_count: covered.length, repository_selection: "selected", repositories });
  });

  api.delete("/installation/token", (c) => {
    world.tokens.revoke((c.req.header("authorization") ?? "").replace(/^\w+ /, ""));
    return c.body(null, 204);
  });

  // The last step of the manifest flow: any code is exchanged for the one app there is.
  api.post("/app-manifests/:code/conversions", (c) => {
    const { app, installation, accounts, origin } = world;
    const owner = accountJson(accounts.get(installation.account), origin);
    const secrets = { client_secret: "standin", webhook_secret: app.webhookSecret, pem: app.privateKey };
    return c.json({ ...appJson(world), owner, ...secrets }, 201);
  });

  deliveryRoutes(api, world);
}

function deliveryRoutes(api: Api, world: World): void {
  api.get("/app/hook/config", (c) => {
    assertApp(c);
    return c.json({ content_type: "json", insecure_ssl: "0", secret: "********", url: "" });
  });

  api.get("/app/hook/deliveries", (c) => {
    assertApp(c);
    const perPage = Math.min(Number(c.req.query("per_page") ?? 30) || 30, 100);
    const { cursor, redelivery } = c.req.query();
    const all = world.webhooks
      .log()
      .filter((delivery) => redelivery === undefined || String(delivery.redelivery) === redelivery);
    const start = cursor === undefined ? 0 : all.findIndex(({ id }) => `v1_${id}` === cursor);
    if (start === -1) throw new Problem(422, "Invalid cursor");
    const next = all[start + perPage];
    if (next !== undefined) c.header("Link", `<${nextUrl(c, next.id)}>; rel="next"`);
    return c.json(all.slice(start, start + perPage).map(deliverySummary));
  });

  api.get("/app/hook/deliveries/:id", (c) => {
    assertApp(c);
    const delivery = world.webhooks.log().find(({ id }) => id === numberParam(c, "id"));
    if (delivery === undefined) throw notFound();
    return c.json({
      ...deliverySummary(delivery),
      url: "",
      request: { headers: delivery.requestHeaders, payload: delivery.payload },
      response: { headers: {}, payload: delivery.responseBody },
    });
  });

  api.post("/app/hook/deliveries/:id/attempts", (c) => {
    assertApp(c);
    if (!world.webhooks.redeliver(numberParam(c, "id"))) throw notFound();
    return c.json({}, 202);
  });
}

function nextUrl(c: ApiContext, id: number): string {
  const url = new URL(c.req.url);
  url.searchParams.set("cursor", `v1_${id}`);
  return url.href;
}

function deliverySummary(delivery: LoggedDelivery) {
  return {
    id: delivery.id,
    guid: delivery.guid,
    delivered_at: delivery.deliveredAt,
    redelivery: delivery.redelivery,
    duration: delivery.durationMs / 1000,
    status: delivery.status,
    status_code: delivery.statusCode,
    event: delivery.event,
    action: delivery.action,
    installation_id: delivery.installationId,
    repository_id: delivery.repositoryId,
    throttled_at: null,
  };
}

function assertApp(c: ApiContext): void {
  if (c.get("actor").kind !== "app") throw new Problem(401, "A JSON web token could not be decoded");
}

function assertInstallation({ installation }: World, id: number): void {
  if (installation.removed || installation.id !== id) throw notFound();
}

function installedId(world: World, name: string): number {
  const repository = world.repositories.find((one) => one.installed && one.name === name);
  if (repository === undefined)
    throw new Problem(
      422,
      "There is at least one repository that does not exist or is not accessible to the parent installation.",
    );
  return repository.id;
}

function narrow(granted: Permissions, asked: Permissions | undefined): Permissions {
  if (asked === undefined) return granted;
  for (const [name, level] of Object.entries(asked)) {
    const own = granted[name];
    if (own === undefined || (level === "write" && own === "read")) {
      throw new Problem(422, "The permissions requested are not granted to this installation.");
    }
  }
  return asked;
}
