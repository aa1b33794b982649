import type { RealAgent } from "./demoAgents.ts";
import type { Progress } from "./progress.ts";
import type { Cleanup } from "./startParts.ts";
import type { Warnings } from "./warnings.ts";

/** What the demo works with. */
export interface DemoMeans {
  readonly progress: Progress;
  readonly cleanup: Cleanup;
  /** Aborted when the demo is to stop before its end. */
  readonly signal: AbortSignal;
  readonly warnings: Warnings;
  /** Null: the scripted one. */
  readonly agent: RealAgent | null;
  /** The bubblewrap to use; else the one in PATH. */
  readonly bwrapPath?: string;
}
