export interface Fault {
  /** Absent: any. */
  readonly method?: string;
  /** The path without `/api/v3` and query: exactly this, or matching. Git's look like `/acme/widget.git/git-receive-pack`. */
  readonly path: RegExp | string;
  /** Absent: the connection is cut without an answer. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly delayMs?: number;
  /** `before`: the request has no effect. `after`: it took effect, and only the answer is lost. */
  readonly when: "before" | "after";
  /** How many requests it hits; once, unless told. */
  readonly times?: number;
  /** How many matching requests it lets pass first. */
  readonly skip?: number;
}

export interface Faults {
  add(fault: Fault): void;
  clear(): void;
  /** Faults that have not hit as often as they were to: empty at the end of a test that staged them well. */
  pending(): readonly Fault[];
}

export interface FaultTable extends Faults {
  /** The first fault due for this request; takes it as used. */
  take(method: string, path: string): Fault | undefined;
}

/** Deliberate failures of the HTTP front, before or after a request had its effect. */
export function createFaults(): FaultTable {
  let entries: { readonly fault: Fault; skip: number; times: number }[] = [];

  return {
    add: (fault) => void entries.push({ fault, skip: fault.skip ?? 0, times: fault.times ?? 1 }),
    clear: () => void (entries = []),
    pending: () => entries.map(({ fault }) => fault),
    take(method, path) {
      const due = entries.filter(({ fault }) => matches(fault, method, path));
      const passing = due.filter(({ skip }) => skip > 0);
      for (const entry of passing) entry.skip -= 1;
      const hit = due.find((entry) => !passing.includes(entry));
      if (hit === undefined) return undefined;
      hit.times -= 1;
      if (hit.times <= 0) entries = entries.filter((entry) => entry !== hit);
      return hit.fault;
    },
  };
}

function matches(fault: Fault, method: string, path: string): boolean {
  if (fault.method !== undefined && fault.method.toUpperCase() !== method) return false;
  return typeof fault.path === "string" ? fault.path === path : fault.path.test(path);
}

/** The answer of a fault that has a status, in GitHub's form. */
export function faultResponse(fault: Fault & { readonly status: number }): Response {
  const body = fault.body ?? { message: `Injected fault: ${fault.status}`, documentation_url: "" };
  return Response.json(body, { status: fault.status, headers: { ...fault.headers } });
}
