import { costOf } from "../../src/domain/pricing/price.ts";
import { priceOf } from "../../src/domain/pricing/priceOf.ts";
import { PRICES_AS_OF } from "../../src/domain/pricing/priceTable.ts";
import { toModel } from "../../src/config/modelName.ts";
import type { RealAgent } from "./demoAgents.ts";
import { expected } from "./expected.ts";

/** The cap of the demo's run, in US dollars: the model gateway refuses the call after it. */
export const DEMO_CAP_USD = 10;

/**
 * What one attempt takes for a phase as small as the demo's: some fifteen calls of a Builder and five of an Auditor, each with
 * 15,000 tokens of prompt and tools and what has been said since, most of it cached. A guess: nothing is known of this
 * machine's agents before they have run.
 */
const ATTEMPT = {
  builder: { inputTokens: 300_000, cacheReadTokens: 255_000, outputTokens: 6000 },
  auditor: { inputTokens: 90_000, cacheReadTokens: 60_000, outputTokens: 2000 },
} as const;

/** Some phases take a second try. */
const TRIES = 1.4;

export interface DemoQuote {
  readonly tokens: number;
  /** Null for models without a price. */
  readonly costUsd: number | null;
}

/** What the demo's phases are likely to use, by the table of prices. */
export function demoQuote({ backend, models }: Pick<RealAgent, "backend" | "models">): DemoQuote {
  const attempts = Math.ceil(expected.phases.length * TRIES);
  const costs = (["builder", "auditor"] as const).map((role) => {
    const price = priceOf(toModel(models[role], backend), []);
    const nothing = { cacheWriteTokens: 0, cacheWriteHourTokens: 0, reasoningTokens: 0 };
    return price === null ? null : attempts * costOf({ ...nothing, ...ATTEMPT[role] }, price);
  });
  const { builder, auditor } = ATTEMPT;
  const tokens = [builder, auditor].reduce((sum, each) => sum + each.inputTokens + each.outputTokens, 0);
  return {
    tokens: attempts * tokens,
    costUsd: costs.reduce((sum, cost) => (sum === null || cost === null ? null : sum + cost), 0),
  };
}

/** For the question, and for the record: who, and for how much. */
export function quoteLines(agent: RealAgent): readonly string[] {
  const { tokens, costUsd } = demoQuote(agent);
  const millions = (tokens / 1_000_000).toFixed(1);
  const price = costUsd === null ? "for which there is no price" : `about $${costUsd.toFixed(2)}`;
  return [
    `${agent.title}: Builder ${agent.models.builder}, Auditor ${agent.models.auditor}`,
    `${expected.phases.length} phases: some ${millions} million tokens, most of them cached, ${price} (prices of ${PRICES_AS_OF})`,
    `never more than $${DEMO_CAP_USD.toFixed(2)}: there the model gateway refuses the next call`,
  ];
}
