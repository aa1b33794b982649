import type { AcceptanceSpec } from "../../domain/acceptance/acceptance.ts";
import type { ArtifactId, AttemptId, PhaseId, RunId, Sha, TreeId } from "../../domain/ids.ts";
import type { Repository } from "../../domain/repository.ts";
import type { Settings } from "../../domain/settings.ts";
import type { JobDeps } from "../handler.ts";

/** A tree to be judged, and by what. */
export interface AcceptanceWork {
  readonly repository: Repository;
  readonly settings: Settings;
  readonly runId: RunId;
  readonly phaseId: PhaseId;
  /** What the change lies on. */
  readonly commit: Sha;
  /** `commit` with the change. */
  readonly tree: TreeId;
  /** Whose baseline counts: the commit the wave, or the run, started from, so that its phases share one. */
  readonly base: Sha;
  /** The Builder's attempt that made the change; null when there was none. */
  readonly attempt: { readonly id: AttemptId; readonly log: ArtifactId | null } | null;
  readonly spec: AcceptanceSpec;
}

export interface Means {
  readonly work: AcceptanceWork;
  readonly deps: JobDeps;
  readonly signal: AbortSignal;
}
