import type { AttemptId } from "../../domain/ids.ts";
import { costOf } from "../../domain/pricing/price.ts";
import type { TokenCount } from "../../domain/pricing/tokenCount.ts";
import type { ModelMeter } from "../../ports/gateway.ts";
import type { Answer, Asking } from "./askProviders.ts";
import type { OpenCall } from "./callBooks.ts";
import type { Candidate } from "./candidates.ts";
import type { Json } from "./jsonFields.ts";
import { askedIn, estimatedInput } from "./prepareBody.ts";

interface RecordingAttempt {
  readonly id: AttemptId;
  readonly meter: ModelMeter;
  readonly asking: Pick<Asking, "clock">;
}

interface CallEnd {
  readonly status: number;
  readonly tokens: TokenCount;
  readonly isEstimated: boolean;
}

/** The line of one call in the books: seen as it grows, recorded once. */
export class CallEntry {
  readonly #attempt: RecordingAttempt;
  readonly #open: OpenCall;
  readonly #body: Json;
  readonly #startedAt: Date;

  constructor(attempt: RecordingAttempt, { open, body }: { readonly open: OpenCall; readonly body: Json }) {
    this.#attempt = attempt;
    this.#open = open;
    this.#body = body;
    this.#startedAt = attempt.asking.clock.now();
  }

  see(tokens: TokenCount, { price }: Candidate): void {
    this.#open.see(tokens, price);
  }

  /** With an estimate of what went in, where the provider has not said it. */
  withInput(tokens: TokenCount): TokenCount {
    return tokens.inputTokens > 0 ? tokens : { ...tokens, inputTokens: estimatedInput(askedIn(this.#body)) };
  }

  async record({ candidate, retries }: Pick<Answer, "candidate" | "retries">, end: CallEnd): Promise<void> {
    const { status, tokens, isEstimated } = end;
    const { price, ref } = candidate;
    this.#open.end(tokens, price, status < 300);
    const { inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens, reasoningTokens } = tokens;
    await this.#attempt.meter.record({
      attemptId: this.#attempt.id,
      number: this.#open.number,
      answered: ref,
      startedAt: this.#startedAt,
      durationMs: this.#attempt.asking.clock.now().getTime() - this.#startedAt.getTime(),
      status,
      inputTokens,
      cacheReadTokens,
      cacheWriteTokens,
      outputTokens,
      reasoningTokens,
      costUsd: price === null ? null : costOf(tokens, price),
      retries,
      isEstimated,
    });
  }
}
