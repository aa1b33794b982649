import type { RunStateKind } from "../../src/domain/run.ts";

/** The run has ended otherwise than by a merge. */
export class RunFailed extends Error {
  override readonly name = "RunFailed";
  readonly state: RunStateKind;

  constructor(state: RunStateKind, why: string) {
    super(`the run ended as ${state}${why === "" ? "" : `: ${why}`}`);
    this.state = state;
  }
}
