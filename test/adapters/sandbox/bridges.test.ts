import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { Server } from "node:http";
import { createServer as createTcpServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { OpenedSandbox } from "../../../src/adapters/sandbox/openedSandbox.ts";
import { BUBBLEWRAP, DOCKER, UNLIMITED_BUBBLEWRAP, UNSANDBOXED } from "./backends.ts";
import type { OpenBackend } from "./backends.ts";
import type { SandboxBridge } from "../../../src/ports/sandbox.ts";
import { sandboxRoom } from "./sandboxRoom.ts";
import type { SandboxRoom } from "./sandboxRoom.ts";

const backends = [BUBBLEWRAP, UNLIMITED_BUBBLEWRAP, UNSANDBOXED, ...DOCKER];

describe.each(backends)("bridges: $name", ({ open }) => {
  let opened: OpenBackend;
  let sandbox: OpenedSandbox;
  let room: SandboxRoom;
  let server: Server;
  let bridge: SandboxBridge;
  let heldBack: (() => void)[];

  beforeAll(async () => {
    opened = await open();
    sandbox = opened.sandbox;
  });
  afterAll(async () => opened.close());
  beforeEach(async () => {
    room = await sandboxRoom();
    heldBack = [];
    server = createServer((request, response) => {
      if (request.url === "/stream") {
        response.write("first\n");
        heldBack.push(() => response.end("last\n"));
        return;
      }
      if (request.url === "/go-on") {
        heldBack.forEach((go) => go());
        response.end();
        return;
      }
      let length = 0;
      request.on("data", (chunk: Buffer) => (length += chunk.length));
      request.on("end", () => response.end(`${request.method} ${request.url} ${length}\n`));
    });
    const socketPath = join(room.folder, "gateway.sock");
    server.listen(socketPath);
    await once(server, "listening");
    bridge = { socketPath, port: await sandbox.bridgePort() };
  });
  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await room.dispose();
  });

  it("answers on its port from the first moment, as the socket does", async () => {
    const script = `
      const answer = await fetch("http://127.0.0.1:${bridge.port}/v1/messages", { method: "POST", body: "x".repeat(3e6) });
      process.stdout.write(await answer.text());`;
    const { outcome, output } = await room.run(sandbox, module(script), { bridges: [bridge] });

    expect(output).toBe("POST /v1/messages 3000000\n");
    expect(outcome).toEqual({ kind: "exited", code: 0 });
  });

  it("passes on what streams while it streams", async () => {
    const script = `
      const base = "http://127.0.0.1:${bridge.port}";
      const decoder = new TextDecoder();
      for await (const chunk of (await fetch(base + "/stream")).body) {
        process.stdout.write(decoder.decode(chunk));
        if (decoder.decode(chunk) === "first\\n") await fetch(base + "/go-on");
      }`;
    const { output } = await room.run(sandbox, module(script), { bridges: [bridge] });

    expect(output).toBe("first\nlast\n");
  });

  it("carries many connections at once", async () => {
    const script = `
      const { Agent, get } = await import("node:http");
      const agent = new Agent({ maxSockets: Infinity });
      const text = (number) => new Promise((resolve, reject) => get(
        { host: "127.0.0.1", port: ${bridge.port}, path: "/" + number, agent },
        async (answer) => resolve((await answer.toArray()).join(""))).on("error", reject));
      const answers = await Promise.all(Array.from({ length: 20 }, (_, number) => text(number)));
      console.log(answers.filter((answer, number) => answer === "GET /" + number + " 0\\n").length);`;
    const { output } = await room.run(sandbox, module(script), { bridges: [bridge] });

    expect(output).toBe("20\n");
  });

  it("carries several, each to its own socket", async () => {
    const other = createServer((_, response) => response.end("other\n"));
    const socketPath = join(room.folder, "other.sock");
    other.listen(socketPath);
    await once(other, "listening");
    const second = { socketPath, port: await sandbox.bridgePort(1) };

    const script = `
      for (const port of [${bridge.port}, ${second.port}])
        process.stdout.write(await (await fetch("http://127.0.0.1:" + port + "/")).text());`;
    const { output } = await room.run(sandbox, module(script), { bridges: [bridge, second] });
    other.close();

    expect(output).toBe("GET / 0\nother\n");
  });

  it("tells a program when the socket's owner hangs up, and goes on", async () => {
    server.removeAllListeners("request");
    server.on("request", (request, response) =>
      request.url === "/cut" ? request.socket.destroy() : response.end("there\n"),
    );
    const script = `
      const base = "http://127.0.0.1:${bridge.port}";
      await fetch(base + "/cut").catch(() => console.log("cut off"));
      process.stdout.write(await (await fetch(base + "/")).text());`;
    const { output } = await room.run(sandbox, module(script), { bridges: [bridge] });

    expect(output).toBe("cut off\nthere\n");
  });

  it("adds nothing to the output, and ends with the program", async () => {
    const { outcome, output } = await room.run(sandbox, "echo only", { bridges: [bridge] });

    expect(outcome).toEqual({ kind: "exited", code: 0 });
    expect(output).toBe("only\n");
    await expect(fetch(`http://127.0.0.1:${bridge.port}/`)).rejects.toThrow("fetch failed");
  });
});

describe.each([BUBBLEWRAP, ...DOCKER])("bridges into a sandbox: $name", ({ open }) => {
  let opened: OpenBackend;
  let sandbox: OpenedSandbox;
  let room: SandboxRoom;
  let server: Server;
  let bridge: SandboxBridge;

  beforeAll(async () => {
    opened = await open();
    sandbox = opened.sandbox;
  });
  afterAll(async () => opened.close());
  beforeEach(async () => {
    room = await sandboxRoom();
    server = createServer((_, response) => response.end("there\n"));
    const socketPath = join(room.folder, "gateway.sock");
    server.listen(socketPath);
    await once(server, "listening");
    bridge = { socketPath, port: await sandbox.bridgePort() };
  });
  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await room.dispose();
  });

  it("open no other network", async () => {
    const outside = createTcpServer((socket) => socket.end("hello"));
    outside.listen(0, "127.0.0.1");
    await once(outside, "listening");
    const { port } = outside.address() as AddressInfo;
    const script = `
      const { networkInterfaces } = await import("node:os");
      console.log(Object.keys(networkInterfaces()).join());
      const { connect } = await import("node:net");
      for (const [host, at] of [["127.0.0.1", ${port}], ["169.254.169.254", 80], ["1.1.1.1", 53]])
        await new Promise((resolve) => connect(at, host).on("connect", () => resolve(console.log("reached", host)))
          .on("error", (error) => resolve(console.log(error.code))));`;
    const { output } = await room.run(sandbox, module(script), { bridges: [bridge] });
    outside.close();

    expect(output).toBe("lo\nECONNREFUSED\nENETUNREACH\nENETUNREACH\n");
  });

  it("show the socket and nothing beside it, and cannot be replaced", async () => {
    const script = `
      ls /sandbox/bridges; ls ${room.folder} | grep -c gateway
      rm -f /sandbox/bridges/*; echo x > /sandbox/bridges/bridge.cjs; ls /sandbox/bridges | wc -l`;
    const { output } = await room.run(sandbox, `exec 2>/dev/null\n${script}`, { bridges: [bridge] });

    expect(output).toBe(`${bridge.port}.sock\nbridge.cjs\n0\n2\n`);
    expect(server.listening).toBe(true);
    expect(readFileSync("/proc/net/unix", "utf8")).toContain(bridge.socketPath);
  });

  it("are counted as ours: a task of one process and little memory still runs", async () => {
    const get = `exec 3<>/dev/tcp/127.0.0.1/${bridge.port}; printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3; while read -r line <&3; do echo "$line"; done`;
    const { output } = await room.run(sandbox, ["bash", "-c", get], {
      bridges: [bridge],
      limits: { processes: 1, memoryBytes: 24 << 20 },
    });

    expect(output).toContain("there\n");
  });

  it("harm nobody when the program kills the bridge", async () => {
    const { outcome, output } = await room.run(
      sandbox,
      `for p in /proc/[0-9]*; do grep -q bridge.cjs $p/cmdline && [ $p != /proc/1 ] && [ $p != /proc/$$ ] && kill -9 \${p#/proc/}; done 2>/dev/null; echo killed`,
      { bridges: [bridge] },
    );

    expect(output).toContain("killed\n");
    expect(outcome).toEqual({ kind: "exited", code: 0 });
    expect(server.listening).toBe(true);
  });

  it("are no program's fault when they do not start", async () => {
    const twice = [bridge, { ...bridge, port: 70_000 }];

    await expect(room.run(sandbox, "true", { bridges: twice })).rejects.toThrow(/the bridge out of the sandbox/);
    await expect(
      room.run(sandbox, "true", { bridges: [{ ...bridge, socketPath: join(room.folder, "none.sock") }] }),
    ).rejects.toThrow(/setting up the sandbox failed/);
  });
});

function module(script: string) {
  return ["node", "--input-type=module", "-e", script] as const;
}
