import type { Spend } from "../domain/spend.ts";

/** What a run has used, in one line, with whose word that is. */
export function spendLine(spend: Spend): string {
  const { attempts, agentMs, usage, apiCalls } = spend;
  if (attempts === 0) return "nothing yet";
  const parts = [
    attempts === 1 ? "1 attempt" : `${attempts} attempts`,
    `${duration(agentMs)} of agent time`,
    `${grouped(usage.inputTokens)} tokens in, ${grouped(usage.outputTokens)} out`,
    `$${usage.costUsd.toFixed(2)}`,
    ...(apiCalls === 0
      ? []
      : [apiCalls === 1 ? "1 call of GitHub's API" : `${grouped(apiCalls)} calls of GitHub's API`]),
  ];
  return `${parts.join(" · ")} (${whoseWord(spend)})`;
}

function whoseWord({ usage, meteredTokens }: Spend): string {
  if (meteredTokens === 0) return "tokens and money as the agents report them";
  const reported = usage.inputTokens + usage.outputTokens - meteredTokens;
  if (reported <= 0) return "metered by the gateway";
  return `metered by the gateway; ${grouped(reported)} tokens as the agents report them`;
}

/** Milliseconds as people say them: `850 ms`, `12 s`, `3 min 20 s`, `2 h 5 min`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function grouped(count: number): string {
  return Math.round(count).toLocaleString("en-US");
}
