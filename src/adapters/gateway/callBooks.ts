import type { Amounts } from "../../domain/budget/budget.ts";
import { amountsOfUsage, capReached } from "../../domain/pricing/capReached.ts";
import type { ReachedCap } from "../../domain/pricing/capReached.ts";
import { costOf } from "../../domain/pricing/price.ts";
import type { Price } from "../../domain/pricing/price.ts";
import { NO_TOKENS } from "../../domain/pricing/tokenCount.ts";
import type { TokenCount } from "../../domain/pricing/tokenCount.ts";
import { NO_USAGE, sumUsage } from "../../domain/usage.ts";
import type { Usage } from "../../domain/usage.ts";

/** A call that is under way, and what it has used until now. */
export interface OpenCall {
  /** From 1, in the order in which calls began. */
  readonly number: number;
  /** Told as the answer passes by. */
  see(tokens: TokenCount, price: Price | null): void;
  /** It has ended, with what it used in the end; `isAnswered`: it counts as a turn. Repeating it does nothing. */
  end(tokens: TokenCount, price: Price | null, isAnswered: boolean): void;
}

/** What an attempt has used, calls that are under way included. */
export interface CallBooks {
  begin(): OpenCall;
  used(): Usage;
  /** The cap that another call would meet. Calls under way count as turns already. */
  reached(): ReachedCap | null;
  /** The cap that the calls under way have gone past by now. */
  passed(): ReachedCap | null;
  /** Infinity where tokens are not capped. */
  tokensLeft(): number;
}

export function callBooks(grant: Amounts): CallBooks {
  let settled = NO_USAGE;
  let calls = 0;
  const open = new Map<number, Usage>();
  const used = (): Usage => [...open.values()].reduce(sumUsage, settled);
  const spent = (): Amounts => amountsOfUsage(used());
  return {
    begin() {
      calls += 1;
      const number = calls;
      open.set(number, NO_USAGE);
      return {
        number,
        see: (tokens, price) => open.has(number) && open.set(number, usageOf(tokens, price, 0)),
        end(tokens, price, isAnswered) {
          if (open.delete(number)) settled = sumUsage(settled, usageOf(tokens, price, isAnswered ? 1 : 0));
        },
      };
    },
    used,
    reached: () => capReached("attempt", grant, { ...spent(), turns: settled.turns + open.size }),
    passed() {
      const { tokens, cost_usd } = grant;
      const { tokens: usedTokens = 0, cost_usd: usedUsd = 0 } = spent();
      if (tokens !== undefined && usedTokens > tokens)
        return { level: "attempt", measure: "tokens", cap: tokens, used: usedTokens };
      if (cost_usd !== undefined && usedUsd > cost_usd)
        return { level: "attempt", measure: "cost_usd", cap: cost_usd, used: usedUsd };
      return null;
    },
    tokensLeft: () => (grant.tokens === undefined ? Infinity : Math.max(0, grant.tokens - (spent().tokens ?? 0))),
  };
}

function usageOf(tokens: TokenCount, price: Price | null, turns: number): Usage {
  if (tokens === NO_TOKENS) return { ...NO_USAGE, turns };
  const { inputTokens, outputTokens } = tokens;
  return { inputTokens, outputTokens, costUsd: price === null ? 0 : costOf(tokens, price), turns };
}
