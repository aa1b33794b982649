export interface Call {
  readonly kind: "rest" | "graphql" | "git";
  readonly method: string;
  /** Without `/api/v3` and query. */
  readonly path: string;
  readonly query: string;
  /** 0: the connection was cut. */
  readonly status: number;
  /** Answered 304: GitHub does not count it against the rate limit. */
  readonly conditional: boolean;
  /** Login, `app` for requests by JWT, `nobody`. */
  readonly actor: string;
  /** Milliseconds since the epoch, when the answer was ready. */
  readonly at: number;
}

/** What came in over HTTP, in the order of the answers. The people of the stand-in act in process and are not in it, but for their pushes. */
export interface CallLog {
  (only?: Partial<Pick<Call, "kind" | "actor" | "method">>): readonly Call[];
  reset(): void;
}

export function createCallLog(): { readonly calls: CallLog; readonly record: (call: Call) => void } {
  const log: Call[] = [];
  const calls: CallLog = Object.assign(
    (only: Partial<Pick<Call, "kind" | "actor" | "method">> = {}) =>
      log.filter(
        (call) =>
          (only.kind === undefined || call.kind === only.kind) &&
          (only.actor === undefined || call.actor === only.actor) &&
          (only.method === undefined || call.method === only.method),
      ),
    { reset: () => void log.splice(0) },
  );
  return { calls, record: (call) => void log.push(call) };
}
