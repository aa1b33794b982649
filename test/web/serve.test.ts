import { once } from "node:events";
import { Agent, request } from "node:http";
import type { IncomingMessage } from "node:http";
import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import { expect, test } from "vitest";
import { serve } from "../../src/web/serve.ts";

/** A server with one page that answers when told. */
async function slowServer(): Promise<{
  server: Awaited<ReturnType<typeof serve>>;
  asked: Promise<void>;
  answer(): void;
}> {
  const asked = Promise.withResolvers<void>();
  const told = Promise.withResolvers<void>();
  const web = new Hono<{ Bindings: HttpBindings }>();
  web.get("/slow", async (context) => {
    asked.resolve();
    await told.promise;
    return context.text("done");
  });
  web.get("/quick", (context) => context.text("done"));
  const server = await serve(web, { host: "127.0.0.1", port: 0 });
  return { server, asked: asked.promise, answer: told.resolve };
}

async function get(url: string, agent: Agent): Promise<{ body: string; reused: boolean }> {
  const sending = request(url, { agent });
  sending.end();
  const [response] = (await once(sending, "response")) as [IncomingMessage];
  const chunks = await response.setEncoding("utf8").toArray();
  return { body: chunks.join(""), reused: sending.reusedSocket };
}

test("connections are kept for the next request", async () => {
  const { server } = await slowServer();
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  expect(await get(`${server.url}/quick`, agent)).toEqual({ body: "done", reused: false });
  expect(await get(`${server.url}/quick`, agent)).toEqual({ body: "done", reused: true });
  await server.close();
  agent.destroy();
});

test("closing answers what has come in, over a connection that would be kept, and takes nothing new", async () => {
  const { server, asked, answer } = await slowServer();
  const agent = new Agent({ keepAlive: true });
  const running = get(`${server.url}/slow`, agent);
  await asked;

  const closed = server.close();
  await expect(get(`${server.url}/quick`, new Agent())).rejects.toThrow("ECONNREFUSED");
  answer();

  expect(await running).toMatchObject({ body: "done" });
  await closed;
  agent.destroy();
});

test("closing cuts what does not end in time", async () => {
  const { server, asked } = await slowServer();
  const running = get(`${server.url}/slow`, new Agent());
  running.catch(() => undefined);
  await asked;
  await server.close(1);
  await expect(running).rejects.toThrow("socket hang up");
});

test("a port that is taken is said with what to do", async () => {
  const { server } = await slowServer();
  const again = serve(new Hono(), { host: "127.0.0.1", port: server.port });
  await expect(again).rejects.toThrow(`Listening on 127.0.0.1:${server.port}: is something else using the port?`);
  await server.close();
});
