import { GATES } from "../domain/gate.ts";
import type { GateResult } from "../domain/gate.ts";
import type { Run } from "../domain/run.ts";

/** What the gates say of a run's head, always in the same order: rows come in any. */
export function gatesOnHead({ gates, head }: Run): readonly GateResult[] {
  return GATES.flatMap((gate) => gates.filter((result) => result.gate === gate && result.sha === head));
}
