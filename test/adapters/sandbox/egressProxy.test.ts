import { once } from "node:events";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { egressEnvironment } from "../../../src/adapters/sandbox/egressEnvironment.ts";
import { openEgressProxy } from "../../../src/adapters/sandbox/egressProxy.ts";
import { egressRules } from "../../../src/adapters/sandbox/egressRules.ts";
import { openSandbox } from "../../../src/adapters/sandbox/openSandbox.ts";
import { parseEgressPattern } from "../../../src/domain/egressPattern.ts";
import type { EgressConnection } from "../../../src/ports/egress.ts";
import { sandboxRoom } from "./sandboxRoom.ts";
import type { SandboxRoom } from "./sandboxRoom.ts";

describe("egress rules", () => {
  const rules = egressRules(
    ["registry.npmjs.org", "*.example.com:8443", "10.0.0.7:4873", "[fd00::7]:80"],
    ["10.0.0.7"],
  );

  it.each([
    ["registry.npmjs.org", 443, true],
    ["Registry.NPMjs.org.", 443, true],
    ["registry.npmjs.org", 80, false],
    ["evil-registry.npmjs.org", 443, false],
    ["registry.npmjs.org.evil.com", 443, false],
    ["a.example.com", 8443, true],
    ["a.b.example.com", 8443, true],
    ["example.com", 8443, false],
    ["aexample.com", 8443, false],
    ["10.0.0.7", 4873, true],
    ["fd00::7", 80, true],
    ["", 443, false],
  ])("%s:%i → %s", (host, port, allowed) => {
    expect(rules.allowsName(host, port)).toBe(allowed);
  });

  it.each([
    "127.0.0.1 10.0.0.7 169.254.169.254 172.16.0.1 192.168.1.1 100.100.100.200 0.0.0.0 224.0.0.1 255.255.255.255",
    "::1 :: fe80::1 fd00:ec2::254 ::ffff:10.0.0.1 ::ffff:a00:1 ff02::1 64:ff9b::a00:1 2002:a00:1:: 2001:db8::1 nonsense",
  ])("refuses private addresses: %s", (addresses) => {
    for (const address of addresses.split(" ")) expect(rules.allowsAddress(address, "registry.npmjs.org")).toBe(false);
  });

  it("lets the open internet through, and private addresses of the operator's own hosts", () => {
    for (const address of ["104.16.0.35", "2606:4700::6810:23"]) expect(rules.allowsAddress(address, "any")).toBe(true);
    expect(rules.allowsAddress("10.0.0.7", "10.0.0.7")).toBe(true);
  });

  it("takes patterns for what they are", () => {
    for (const text of ["a.b", "*.a.b:1", "[::1]:80"]) expect(parseEgressPattern(text)).not.toBeNull();
    for (const text of ["", "*", "a:0", "a:65536", "https://a", "a/b", "*.*.a", "a b"])
      expect(parseEgressPattern(text)).toBeNull();
  });

  it("lets no name through that it was not told", () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 0, max: 70_000 }), (host, port) => {
        const plain = host.toLowerCase().replace(/\.$/, "");
        fc.pre(!["registry.npmjs.org", "10.0.0.7", "fd00::7", "[fd00::7]"].includes(plain));
        fc.pre(!plain.endsWith(".example.com"));
        expect(rules.allowsName(host, port)).toBe(false);
      }),
    );
  });
});

describe("the egress proxy, from inside a sandbox", () => {
  let room: SandboxRoom;
  let upstream: Server;
  let proxy: Awaited<ReturnType<typeof openEgressProxy>>;
  let port: number;
  const seen: EgressConnection[] = [];

  beforeEach(async () => {
    seen.length = 0;
    room = await sandboxRoom();
    upstream = createServer((request, response) => {
      if (request.url === "/much") response.end(Buffer.alloc(4 << 20));
      else response.end(`${request.headers.host} ${request.url}\n`);
    });
    upstream.listen(0, "127.0.0.1");
    await once(upstream, "listening");
    ({ port } = upstream.address() as AddressInfo);
    proxy = await openEgressProxy({
      socketPath: join(room.folder, "egress.sock"),
      rules: egressRules([`registry.test:${port}`, `rebound.test:${port}`], ["registry.test"]),
      maxBytes: 1 << 20,
      signal: new AbortController().signal,
      onConnection: (connection) => seen.push(connection),
      resolve: (host) => Promise.resolve(host.endsWith(".test") ? ["127.0.0.1"] : []),
    });
  });
  afterEach(async () => {
    await proxy.close();
    upstream.closeAllConnections();
    upstream.close();
    await room.dispose();
  });

  async function inside(script: string): Promise<string> {
    const sandbox = await openSandbox();
    const bridge = { socketPath: join(room.folder, "egress.sock"), port: await sandbox.bridgePort(1) };
    const argv = ["node", "--input-type=module", "-e", script] as const;
    return (await room.run(sandbox, argv, { bridges: [bridge], env: egressEnvironment(bridge.port) })).output;
  }

  const TUNNEL = `
    import { request } from "node:http";
    const tunnel = (path) => new Promise((resolve) => {
      const asked = request({ host: "127.0.0.1", port: new URL(process.env.HTTPS_PROXY).port, method: "CONNECT", path });
      asked.on("connect", (answer, socket) => {
        if (answer.statusCode !== 200) return resolve(answer.statusCode);
        socket.write("GET /through HTTP/1.0\\r\\nHost: registry.test\\r\\n\\r\\n");
        socket.on("data", (chunk) => resolve(String(chunk).split("\\r\\n\\r\\n")[1]));
      });
      asked.on("error", (error) => resolve(error.code));
      asked.end();
    });`;

  it("carries a tunnel to what is allowed, and nothing else", async () => {
    const output = await inside(`${TUNNEL}
      process.stdout.write(await tunnel("registry.test:${port}"));
      for (const path of ["registry.test:1", "evil.example:443", "rebound.test:${port}", "127.0.0.1:${port}", "x", "169.254.169.254:80"])
        console.log(await tunnel(path));`);

    expect(output).toBe("registry.test /through\n403\n403\n403\n403\n403\n403\n");
    expect(seen.map(({ host, refusal }) => [host, refusal])).toEqual([
      ["registry.test", null],
      ["registry.test", "not_allowed"],
      ["evil.example", "not_allowed"],
      ["rebound.test", "private_address"],
      ["127.0.0.1", "not_allowed"],
      ["x", "not_allowed"],
      ["169.254.169.254", "not_allowed"],
    ]);
  });

  it("carries plain requests with an absolute address", async () => {
    const output = await inside(`
      import { get } from "node:http";
      const ask = (path) => new Promise((resolve) => get({ host: "127.0.0.1", port: new URL(process.env.HTTP_PROXY).port, path },
        async (answer) => resolve(answer.statusCode + " " + (await answer.toArray()).join(""))));
      process.stdout.write(await ask("http://registry.test:${port}/package?x=1"));
      process.stdout.write(await ask("http://evil.example/"));
      process.stdout.write(await ask("/etc/passwd"));`);

    expect(output).toBe(
      `200 registry.test:${port} /package?x=1\n403 evil.example:80: this host and port are not on the egress list\n` +
        "400 this is a proxy: ask for an absolute http address, or CONNECT\n",
    );
  });

  it("cuts everything at its limit of bytes", async () => {
    const output = await inside(`${TUNNEL}
      import { get } from "node:http";
      await new Promise((resolve) => get({ host: "127.0.0.1", port: new URL(process.env.HTTP_PROXY).port, path: "http://registry.test:${port}/much" },
        (answer) => answer.on("error", resolve).on("end", resolve).resume()).on("error", resolve));
      console.log(await tunnel("registry.test:${port}"));`);

    expect(output).toBe("403\n");
    expect(proxy.bytes()).toBeLessThan(3 << 20);
    expect(seen.at(-1)?.refusal).toBe("spent");
  });
});
