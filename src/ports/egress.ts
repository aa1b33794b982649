/** A way to the network for steps that fetch packages, as narrow as the operator and the repository both say. */
export interface Egress {
  /** Null where nothing is allowed: the operator's list is empty, or the repository asks for nothing. */
  open(order: EgressOrder): Promise<OpenEgress | null>;
}

export interface EgressOrder {
  /** What the repository asks for, as `parseEgressPattern` takes it; of this, what the operator's list has passes. */
  readonly patterns: readonly string[];
  /** A private folder of the host in which the socket is made. */
  readonly folder: string;
  /** Ends all connections. */
  readonly signal: AbortSignal;
  /** Told of every connection that was asked for. Host and port are the program's words. */
  readonly onConnection: (connection: EgressConnection) => void;
}

export interface EgressConnection {
  readonly host: string;
  readonly port: number;
  /** Why it was refused; null when it was made. */
  readonly refusal: "not_allowed" | "private_address" | "unknown_name" | "unreachable" | "too_many" | "spent" | null;
}

export interface OpenEgress {
  /** To be bridged into the sandbox. */
  readonly socketPath: string;
  /** What makes programs inside use it at that port of their loopback. */
  environment(port: number): Readonly<Record<string, string>>;
  /** Bytes that went through, both ways. */
  bytes(): number;
  /** Safe to repeat. */
  close(): Promise<void>;
}
