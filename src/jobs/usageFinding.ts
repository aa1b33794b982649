import type { Finding } from "../domain/finding.ts";
import type { AgentBackend } from "../domain/settings.ts";
import type { Usage } from "../domain/usage.ts";
import type { AgentFacts } from "../ports/agent.ts";

/** By how much an agent's own count may differ from the gateway's, as a share of the larger one. */
interface Tolerance {
  /** It counted less: side jobs that it leaves out. */
  readonly less: number;
  /** It counted more: nothing explains that but rounding. */
  readonly more: number;
}

/**
 * Measured with the pinned versions against a model that counts (`npm run test:agents`): in short work without failures, all four
 * agree with the gateway to the token. How far they fall short in other work is not measured, but allowed for: a call that was
 * repeated, a side job, a context made smaller. Null: the figures are an estimate, or there are none.
 */
const TOLERANCES: Readonly<Record<AgentBackend, Tolerance | null>> = {
  "claude-code": { less: 0.1, more: 0.01 },
  codex: { less: 0.2, more: 0.01 },
  opencode: { less: 0.2, more: 0.01 },
  gemini: { less: 0.1, more: 0.01 },
  acp: null,
  command: null,
  external: null,
};

/** So small a difference is not worth a word: one side job, such as a title. */
const SLACK = { inputTokens: 2000, outputTokens: 500 } as const;

const WORDS = { inputTokens: "input", outputTokens: "output" } as const;

/**
 * What there is to say of an agent that counts its tokens otherwise than the gateway. Budgets go by the gateway, so it costs
 * nobody anything; but an agent that counts more has found another way to a model, and one that counts far less may be out of
 * date. Turns and money are not compared: each means something else by them.
 */
export function usageFinding(
  backend: AgentBackend,
  { metered, reported, isEstimated = false }: AgentFacts,
): Finding | null {
  const tolerance = TOLERANCES[backend];
  if (tolerance === null || metered === null || reported === null) return null;
  const measures = ["inputTokens", "outputTokens"] as const;
  const off = measures.filter((measure) => isOff(measure, { metered, reported, tolerance, isEstimated }));
  if (off.length === 0) return null;
  const figures = off.map((measure) => `${reported[measure]} ${WORDS[measure]} tokens, metered ${metered[measure]}`);
  return {
    severity: "minor",
    source: "static_check",
    title: `${backend} counts its tokens otherwise than the model gateway`,
    detail: `By its own count it used ${figures.join("; ")}. Budgets go by what was metered.`,
    path: null,
    lines: null,
  };
}

interface Compared {
  readonly metered: Usage;
  readonly reported: Usage;
  readonly tolerance: Tolerance;
  readonly isEstimated: boolean;
}

function isOff(measure: keyof typeof SLACK, { metered, reported, tolerance, isEstimated }: Compared): boolean {
  const difference = reported[measure] - metered[measure];
  // An agent does not count an answer that broke off, which was paid for.
  if (difference < 0 && isEstimated) return false;
  const share = difference > 0 ? tolerance.more : tolerance.less;
  const allowed = Math.max(SLACK[measure], share * Math.max(reported[measure], metered[measure]));
  return Math.abs(difference) > allowed;
}
