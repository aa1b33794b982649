import type { Asking } from "./asking.ts";

/** Why there is nothing to be steered at a place. */
export function noRunAt(place: Asking["place"]): string {
  return place === "issue"
    ? "Autopack has had no run on this issue; `/autopack run` starts one"
    : "this pull request is not Autopack's own, and on others, those from forks among them, Autopack runs nothing";
}
