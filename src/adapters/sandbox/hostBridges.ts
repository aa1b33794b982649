import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";
import { EnvironmentFailure } from "../../domain/failure.ts";
import type { SandboxBridge } from "../../ports/sandbox.ts";

const HOST = "127.0.0.1";

/** Bridges of a program that has this machine's own loopback: this process listens for them. */
export interface HostBridges {
  close(): void;
}

/** Listens on the ports of all bridges, so that whatever comes there goes on to their sockets. */
export async function openHostBridges(bridges: readonly SandboxBridge[]): Promise<HostBridges> {
  const open = new Set<Socket>();
  const servers: Server[] = [];
  const close = () => {
    servers.forEach((server) => server.close());
    open.forEach((socket) => socket.destroy());
  };
  try {
    for (const bridge of bridges) servers.push(await listenFor(bridge, open));
    return { close };
  } catch (cause) {
    close();
    throw new EnvironmentFailure("listening for a program's bridge failed", { cause });
  }
}

async function listenFor({ socketPath, port }: SandboxBridge, open: Set<Socket>): Promise<Server> {
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
    const far = connect({ path: socketPath, allowHalfOpen: true });
    joinSockets(near, far);
    for (const socket of [near, far]) {
      open.add(socket);
      socket.once("close", () => open.delete(socket));
    }
  });
  server.listen({ host: HOST, port });
  await once(server, "listening");
  return server;
}

/** An end that breaks off takes the other with it; one that is done with writing is not done with reading. */
function joinSockets(near: Socket, far: Socket): void {
  for (const [one, other] of [
    [near, far],
    [far, near],
  ] as const) {
    one.on("error", () => other.destroy());
    one.on("close", () => {
      if (!one.readableEnded) other.destroy();
    });
    one.pipe(other);
  }
}

/** A port of this machine's loopback that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen({ host: HOST, port: 0 });
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
