import { join } from "node:path";
import type { Egress } from "../../ports/egress.ts";
import { egressEnvironment } from "./egressEnvironment.ts";
import { openEgressProxy } from "./egressProxy.ts";
import { egressRules } from "./egressRules.ts";

/** A large `npm ci` is some hundred MiB. */
const MAX_BYTES = 4 * 1024 ** 3;

/** What the operator lets programs reach. */
export interface EgressList {
  /** As `parseEgressPattern` takes them. */
  readonly hosts: readonly string[];
  /** Names and addresses of `hosts` that may be private ones. */
  readonly internal: readonly string[];
}

/** Opens an egress proxy for whatever both the operator and a repository allow. */
export function openEgress({ hosts, internal }: EgressList): Egress {
  const operator = egressRules(hosts, internal);
  return {
    open: async ({ patterns, folder, signal, onConnection }) => {
      if (hosts.length === 0 || patterns.length === 0) return null;
      const asked = egressRules(patterns);
      const rules = {
        allowsName: (host: string, port: number) => asked.allowsName(host, port) && operator.allowsName(host, port),
        allowsAddress: operator.allowsAddress,
      };
      const socketPath = join(folder, "egress.sock");
      const proxy = await openEgressProxy({ socketPath, rules, maxBytes: MAX_BYTES, signal, onConnection });
      return { socketPath, environment: egressEnvironment, bytes: proxy.bytes, close: proxy.close };
    },
  };
}
