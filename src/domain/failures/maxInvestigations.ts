/** The part of a phase's budget below which one investigation has to do. */
const EARLY = 0.3;

/** Investigations a phase may have: one below 30 % of its budget of tokens, two from there. A cap of 0 is spent at once. */
export function maxInvestigations(spentTokens: number, phaseCap: number): number {
  return spentTokens < EARLY * phaseCap ? 1 : 2;
}
