/** A place of the network: `host`, `host:port`, `*.host:port` for all names below a host. Without a port it is 443. */
export interface EgressPattern {
  readonly host: string;
  /** All names below the host, not the host itself. */
  readonly below: boolean;
  readonly port: number;
}

/** `registry.npmjs.org`, `*.example.com:8443`, `10.0.0.7:4873`, `[fd00::7]:4873`. */
const PATTERN = /^(\*\.)?(\w(?:[\w.-]*\w)?|\[[\da-f:]+\])(?::(\d{1,5}))?$/i;
const HTTPS_PORT = 443;

/** Null for a text that is no pattern. */
export function parseEgressPattern(text: string): EgressPattern | null {
  const [, below, host, port] = PATTERN.exec(text) ?? [];
  const number = port === undefined ? HTTPS_PORT : Number(port);
  if (host === undefined || number < 1 || number > 65_535) return null;
  return { host: plainHost(host), below: below !== undefined, port: number };
}

export function matchesEgress(pattern: EgressPattern, to: { readonly host: string; readonly port: number }): boolean {
  if (pattern.port !== to.port) return false;
  const host = plainHost(to.host);
  return pattern.below ? host.endsWith(`.${pattern.host}`) : host === pattern.host;
}

/** A name without what does not count: case, a dot at the end, the brackets of an IPv6 address. */
export function plainHost(host: string): string {
  return host
    .toLowerCase()
    .replace(/\.$/, "")
    .replace(/^\[(.*)\]$/, "$1");
}
