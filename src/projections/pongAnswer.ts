import { count } from "./headline.ts";

/** A repository's runs: those that are under way, and all there have been. */
export interface RunCounts {
  readonly live: number;
  readonly all: number;
}

/** A sign of life, with how well the repository is known. */
export function pongAnswer({ live, all }: RunCounts): string {
  const known =
    all === 0
      ? "There has been no run in this repository yet."
      : `This repository has had ${count(all, "run")}; ${live === 0 ? "none" : live} ${live === 1 ? "is" : "are"} under way.`;
  return `🏓 Autopack is alive and hears you. ${known}`;
}
