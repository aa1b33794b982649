import { createHmac, randomUUID } from "node:crypto";
import examples from "@octokit/webhooks-examples" with { type: "json" };
import { expect } from "vitest";
import { z } from "zod";
import { Failure } from "../../src/domain/failure.ts";
import type { World } from "../harness/world.ts";
import { scenario } from "../harness/scenario.ts";

interface Example {
  readonly event: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

const definitions = z.array(z.object({ name: z.string(), examples: z.array(z.record(z.string(), z.unknown())) }));

const ALL: readonly Example[] = definitions
  .parse(examples)
  .flatMap(({ name, examples: payloads }) => payloads.map((payload) => ({ event: name, payload })));

async function send(world: World, { event, payload }: Example): Promise<number> {
  const body = JSON.stringify(payload);
  const signature = createHmac("sha256", world.github.app.webhookSecret).update(body).digest("hex");
  const response = await fetch(`${world.web.url}/api/github/webhooks`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-github-event": event,
      "x-github-delivery": randomUUID(),
      "x-hub-signature-256": `sha256=${signature}`,
    },
    body,
  });
  await response.arrayBuffer();
  return response.status;
}

/** Handles everything, and gives what was thrown meanwhile. */
async function failuresOf(world: World): Promise<readonly unknown[]> {
  return world.drain().then(
    () => [],
    (error: unknown) => (error instanceof AggregateError ? error.errors : [error]),
  );
}

async function stateOf({ store, github }: World): Promise<unknown> {
  return {
    runs: await store.knex("runs").select("id", "state", "head_sha", "version"),
    writes: github.calls().filter(({ kind, method, path }) => {
      const isToken = path.endsWith("/access_tokens");
      return kind !== "git" && method !== "GET" && !isToken;
    }).length,
  };
}

scenario("GitHub's example of every webhook is taken, handled without a crash, and changes no run", async (world) => {
  world.agent.edits({ "src/greet.js": "export const greet = () => 'hi';\n" });
  const issue = await world.labelIssue("autopack");
  await world.settled(issue, "promotable");
  const before = await stateOf(world);
  const { id } = world.github.installation;
  // As it is, it comes from an installation that this GitHub does not have; then from one that cannot see the repository.
  const fromHere = ALL.filter(({ event }) => !event.startsWith("installation")).map(({ event, payload }) => ({
    event,
    payload: { ...payload, installation: { id } },
  }));

  const answers = new Set(await Promise.all([...ALL, ...fromHere].map(async (example) => send(world, example))));
  const failures = await failuresOf(world);

  expect(ALL.length).toBeGreaterThan(200);
  expect([...answers]).toEqual([202]);
  expect(failures.filter((failure) => !(failure instanceof Failure))).toEqual([]);
  expect(await stateOf(world)).toEqual(before);
  const states: string[] = await world.store.knex("deliveries").distinct("state").pluck("state");
  expect(states).not.toContain("received");
});
