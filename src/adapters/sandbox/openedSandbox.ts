import type { Sandbox } from "../../ports/sandbox.ts";

/** What this machine really enforces, to be said at start and shown to operators. */
export interface SandboxDescription {
  readonly isolation: Sandbox["isolation"];
  /** `none`: the kernel counts neither memory nor processes of a whole task. */
  readonly cgroup: "v1" | "v2" | "none";
  /** Limits that do not hold here, in sentences. */
  readonly notes: readonly string[];
}

/** A sandbox that was probed and works. */
export interface OpenedSandbox extends Sandbox {
  describe(): SandboxDescription;
}
