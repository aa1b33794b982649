import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { stat } from "node:fs/promises";
import { createNodeMiddleware, createProbot } from "probot";
import { expect, onTestFinished, test } from "vitest";
import { octokitWith, widget } from "./clients.ts";
import { startGitHub } from "./startGitHub.ts";

test("Probot, pointed at the stand-in as at any GitHub Enterprise, hears and answers", async () => {
  await using github = await startGitHub({ users: { alice: "write" } });
  const probot = createProbot({
    env: {
      APP_ID: String(github.app.id),
      PRIVATE_KEY: github.app.privateKey,
      WEBHOOK_SECRET: github.app.webhookSecret,
      GHE_HOST: github.host,
      GHE_PROTOCOL: "http",
      LOG_LEVEL: "fatal",
    },
  });
  const middleware = await createNodeMiddleware(
    (app) => {
      app.on("issues.labeled", async (context) => {
        await context.octokit.rest.issues.createComment(
          context.issue({ body: `Label ${context.payload.label?.name}` }),
        );
      });
    },
    { probot, webhooksPath: "/hooks" },
  );
  const server = createServer((incoming, outgoing) => void middleware(incoming, outgoing));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a TCP server's address is never a string
  github.webhooks.deliverTo(`http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`);

  const { number } = await github.createIssue({ as: "alice", title: "Please" });
  await github.addLabel(number, "autopack", { as: "alice" });
  await github.settled();

  expect(github.webhooks.log().map(({ status }) => status)).toEqual(["OK", "OK", "OK"]);
  const [comment] = await github.comments(number);
  expect(comment).toMatchObject({ body: "Label autopack", user: { login: "autopack[bot]", type: "Bot" } });
});

test("many worlds live in one process and know nothing of each other", async () => {
  const worlds = await Promise.all(Array.from({ length: 4 }, () => startGitHub({ users: { alice: "write" } })));
  await Promise.all(worlds.map((github, n) => github.createIssue({ as: "alice", title: `World ${n}` })));
  for (const [n, github] of worlds.entries()) {
    expect((await github.issues()).map(({ title }) => title)).toEqual([`World ${n}`]);
  }
  const tokens = worlds.map((github) => github.asUser("alice"));
  for (const [n, github] of worlds.entries()) {
    const strangers = tokens.filter((_, other) => other !== n).map((token) => octokitWith(github, token));
    const answers = strangers.map((stranger) =>
      expect(stranger.rest.repos.get(widget)).rejects.toMatchObject({ status: 401 }),
    );
    await Promise.all(answers);
  }
  await Promise.all(worlds.map((github) => github.close()));
});

test("closing stops everything, even while a delivery hangs, and leaves no folder", async () => {
  const silent = createServer(() => undefined);
  silent.listen(0, "127.0.0.1");
  await once(silent, "listening");
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a TCP server's address is never a string
  const { port } = silent.address() as AddressInfo;
  const github = await startGitHub({ users: { alice: "write" }, webhookUrl: `http://127.0.0.1:${port}/` });
  const connected = once(silent, "request");
  await github.createIssue({ as: "alice", title: "Hangs" });
  await connected;
  await github.close();
  silent.close();
  await expect(fetch(github.origin)).rejects.toThrow("fetch failed");
  await expect(stat(github.directory)).rejects.toMatchObject({ code: "ENOENT" });
});
