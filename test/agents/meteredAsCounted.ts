import { expect } from "vitest";
import type { ModelCall } from "../../src/domain/pricing/modelCall.ts";
import { NO_TOKENS, addTokens } from "../model/tokens.ts";
import type { Tokens } from "../model/tokens.ts";
import type { Played } from "./agentRoom.ts";

/** Holds what the gateway metered against what the model says that it used: call by call, and in all, to the token. */
export function meteredAsCounted(played: Played): void {
  countedByGateway(played);
  const { input, output } = played.model.counted();
  // The agent's own count: a cross-check only.
  expect(played.outcome.facts?.reported).toMatchObject({ inputTokens: input, outputTokens: output });
}

/** The same of an agent whose own count is not read. */
export function countedByGateway({ calls, model, outcome }: Played): void {
  const counted = model.requests.filter(({ isWhole }) => isWhole).map(({ tokens }) => tokens);
  const answered = calls.filter(({ status }) => status === 200).map(tokensIn);
  expect(answered.toSorted(byInput)).toEqual(counted.toSorted(byInput));
  const { input, output, answers } = model.counted();
  expect(outcome.facts?.metered).toMatchObject({ inputTokens: input, outputTokens: output, turns: answers });
  expect(answered.reduce(addTokens, NO_TOKENS)).toMatchObject({ input, output });
}

function tokensIn(call: ModelCall): Tokens {
  return {
    input: call.inputTokens,
    cacheRead: call.cacheReadTokens,
    cacheWrite: call.cacheWriteTokens,
    output: call.outputTokens,
    reasoning: call.reasoningTokens,
  };
}

function byInput(left: Tokens, right: Tokens): number {
  return left.input - right.input;
}
