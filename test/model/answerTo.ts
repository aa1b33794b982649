import { fillSchema } from "./fillSchema.ts";
import { mapTool } from "./mapTool.ts";
import type { Turn } from "./script.ts";
import type { Tokens } from "./tokens.ts";
import type { WireAnswer, WireRequest } from "./wireForm.ts";

const PIECE = /[\s\S]{1,24}/g;

/** A turn as the answer to one request. What agents ask beside their work is answered with as little as will do. */
export function answerTo(
  asked: WireRequest,
  { turn, number, tokens }: { readonly turn: Turn; readonly number: number; readonly tokens: Tokens },
): WireAnswer {
  const { model } = asked;
  if (asked.tools.length === 0) return { number, model, pieces: [aside(asked)], calls: [], tokens };
  const calls = (turn.tools ?? []).map((use, index) => mapTool(use, asked, `call_${number}_${index}`));
  const pieces = turn.endless === true ? endless() : ((turn.say ?? "Working.").match(PIECE) ?? []);
  return { number, model, pieces, calls, tokens };
}

function aside({ schema }: WireRequest): string {
  return schema === null ? "Scripted" : JSON.stringify(fillSchema(schema));
}

function* endless(): Generator<string> {
  for (;;) yield "and on and on and on it goes, ";
}
