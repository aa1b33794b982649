import type { Pull } from "./pulls.ts";

/** Something that happened to a pull request and to no issue: the emulator keeps the rest of its history. */
export interface PullHappening {
  readonly id: number;
  /** In the words of an issue's history, which are not those of the webhook. */
  readonly event: string;
  readonly login: string;
  readonly at: string;
}

const histories = new WeakMap<Pull, PullHappening[]>();

/** Oldest first. */
export function pullHistory(pull: Pull): readonly PullHappening[] {
  return histories.get(pull) ?? [];
}

const WORDS: Readonly<Record<string, string>> = {
  ready_for_review: "ready_for_review",
  converted_to_draft: "convert_to_draft",
};

/** `action`: the webhook's. Those that GitHub's history knows nothing of leave no trace. */
export function happenedToPull(
  pull: Pull,
  {
    action,
    isRebased,
    ...happening
  }: Omit<PullHappening, "event"> & { readonly action: string; readonly isRebased: boolean },
): void {
  const event = isRebased ? "base_ref_changed" : WORDS[action];
  if (event !== undefined) histories.set(pull, [...pullHistory(pull), { event, ...happening }]);
}
