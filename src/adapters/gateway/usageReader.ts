import { NO_TOKENS } from "../../domain/pricing/tokenCount.ts";
import type { TokenCount } from "../../domain/pricing/tokenCount.ts";
import { anthropicUsage } from "./anthropicUsage.ts";
import { chatUsage } from "./chatUsage.ts";
import { geminiUsage } from "./geminiUsage.ts";
import { asMapping } from "./jsonFields.ts";
import type { Json } from "./jsonFields.ts";
import { responsesUsage } from "./responsesUsage.ts";
import type { WireForm } from "./wireForm.ts";

/** Bytes of text that count as one token of output as long as the provider has not said how many there are. */
const BYTES_PER_TOKEN = 4;

/** What one event of a stream, or a whole answer, says. */
export interface Reading {
  /** What the provider says it used, as far as it says so here. */
  readonly tokens?: Partial<TokenCount>;
  /** Bytes of output in it. */
  readonly bytes?: number;
  /** `tokens` holds the provider's last word, once the answer has come to its end. */
  readonly isFinal?: boolean;
  /** Nothing follows that counts. */
  readonly isDone?: boolean;
}

/** Reads one form's events. Junk reads as nothing. */
export type ReadEvent = (event: Json) => Reading;

/** Counts what one call uses, from what passes by. */
export interface UsageReader {
  /** An event of a stream, or the whole answer, as parsed JSON that nobody has checked. */
  read(event: unknown): void;
  /** The provider's figures; for output as long as it is running at least what was seen. */
  tokens(): TokenCount;
  /** The provider has said what the whole call used. */
  isFinal(): boolean;
  /** The answer has come to its end. */
  isDone(): boolean;
}

const FORMS: Readonly<Record<WireForm, () => ReadEvent>> = {
  anthropic: () => anthropicUsage,
  openai_responses: () => responsesUsage,
  openai_chat: chatUsage,
  gemini: geminiUsage,
};

export function usageReader(form: WireForm): UsageReader {
  const readEvent = FORMS[form]();
  let told = NO_TOKENS;
  let bytes = 0;
  let isFinal = false;
  let isDone = false;
  return {
    read(event) {
      const reading = readEvent(asMapping(event));
      if (reading.tokens !== undefined) told = { ...told, ...reading.tokens };
      bytes += reading.bytes ?? 0;
      isFinal ||= reading.isFinal ?? false;
      isDone ||= reading.isDone ?? false;
    },
    tokens() {
      const seen = isFinal ? 0 : Math.ceil(bytes / BYTES_PER_TOKEN);
      return seen > told.outputTokens ? { ...told, outputTokens: seen } : told;
    },
    isFinal: () => isFinal,
    isDone: () => isDone,
  };
}
