import type { RunView } from "../projections/runView.ts";
import type { Forge } from "../ports/forge.ts";
import type { JobDeps } from "./handler.ts";
import type { Ledger } from "./publish.ts";

/** One pass of showing a run on GitHub: what it is like, and what GitHub shows of it so far. */
export interface Showing {
  readonly view: RunView;
  readonly forge: Forge;
  readonly ledger: Ledger;
  readonly deps: JobDeps;
}

/** One difference to be written: about one API call. Only listed where there is a difference. */
export type Step = () => Promise<void>;
