import { z } from "zod";
import { cutText, plainBlock, plainLine } from "../domain/plainText.ts";
import { NO_USAGE } from "../domain/usage.ts";
import type { Usage } from "../domain/usage.ts";
import type { Position } from "./yamlSource.ts";
import { zodProblems } from "./zodProblems.ts";

const MAX_RESULT_LENGTH = 1024 * 1024;
const MAX_TEXT_LENGTH = 4000;
const MAX_MESSAGES = 5;

/** Text of an agent over several lines; what is too long is cut rather than refused. */
export const block = z.string().transform((text) => cutText(plainBlock(text), MAX_TEXT_LENGTH));

const count = z.number().min(0).max(Number.MAX_SAFE_INTEGER).catch(0).default(0);

/** What an agent says it has used. What makes no sense is nothing. */
export const usage = z
  .object({ input_tokens: count, output_tokens: count, cost_usd: count, turns: count })
  .transform((used): Usage => ({
    inputTokens: Math.round(used.input_tokens),
    outputTokens: Math.round(used.output_tokens),
    costUsd: used.cost_usd,
    turns: Math.round(used.turns),
  }))
  .catch(NO_USAGE)
  .default(NO_USAGE);

/** A result that cannot be believed. `message` tells the next attempt what was wrong with it. */
export interface JunkResult {
  readonly kind: "junk";
  readonly message: string;
}

type ParsedResult<Value> = { readonly kind: "ok"; readonly value: Value } | JunkResult;

/** Reads an agent's result by its schema. */
export function parseResult<Schema extends z.ZodType>(text: string, schema: Schema): ParsedResult<z.output<Schema>> {
  const json = jsonValue(text);
  if (json.kind === "junk") return json;
  const parsed = schema.safeParse(json.value);
  if (parsed.success) return { kind: "ok", value: parsed.data };
  const source = { kind: "ok", value: json.value, positionOf: nowhere, positionOfKey: nowhere } as const;
  const messages = zodProblems(parsed.error.issues, source, () => []).map(({ message }) => message);
  return junk(`The result does not have the form asked for. ${messages.slice(0, MAX_MESSAGES).join(" ")}`);
}

/** Results are short-lived: their messages name the key, nobody looks for the line. */
export function nowhere(): Position {
  return { line: 1, column: 1 };
}

/**
 * The JSON of a result. An agent whose last message is its result may have put it into a code block, or a sentence before it: of
 * text that is no JSON as a whole, the only block that is counts.
 */
export function jsonValue(text: string): ParsedResult<unknown> {
  if (text.length > MAX_RESULT_LENGTH) return junk(`The result is longer than ${MAX_RESULT_LENGTH} characters.`);
  const whole = parseJson(text);
  if (whole.kind === "ok") return whole;
  const inBlocks = [...text.matchAll(JSON_BLOCK)].map(([, inner = ""]) => parseJson(inner));
  const [only, ...others] = inBlocks.filter(({ kind }) => kind === "ok");
  return only === undefined || others.length > 0 ? whole : only;
}

const JSON_BLOCK = /^[ \t]*```(?:json)?[ \t]*\r?\n([^]*?)^[ \t]*```[ \t]*$/gim;

function parseJson(text: string): ParsedResult<unknown> {
  try {
    return { kind: "ok", value: JSON.parse(text.replace(/^\uFEFF/, "")) };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return junk(`The result is not JSON: ${plainLine(error.message, 200)}.`);
  }
}

export function junk(message: string): JunkResult {
  return { kind: "junk", message };
}
