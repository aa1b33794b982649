import type { FollowUp } from "./investigation.ts";

/** Follow-ups, each behind those it comes after and with its indexes set right; null when they wait for each other. */
export function followUpsInOrder(followUps: readonly FollowUp[]): readonly FollowUp[] | null {
  const order: number[] = [];
  while (order.length < followUps.length) {
    const next = followUps.findIndex(
      ({ after }, index) => !order.includes(index) && after.every((other) => order.includes(other)),
    );
    if (next === -1) return null;
    order.push(next);
  }
  return order.flatMap((index) => {
    const followUp = followUps[index];
    return followUp === undefined ? [] : [{ ...followUp, after: followUp.after.map((other) => order.indexOf(other)) }];
  });
}
