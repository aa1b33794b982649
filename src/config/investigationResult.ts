import { z } from "zod";
import { followUpsInOrder } from "../domain/failures/followUpsInOrder.ts";
import type { FollowUp, Investigation } from "../domain/failures/investigation.ts";
import { cutText, plainBlock, plainLine } from "../domain/plainText.ts";
import type { Usage } from "../domain/usage.ts";
import { glob } from "./configSchema.ts";
import { MAX_TITLE_LENGTH } from "./planSchema.ts";
import { block, junk, parseResult, usage } from "./resultJson.ts";
import type { JunkResult } from "./resultJson.ts";

const MAX_FOLLOW_UPS = 5;
const MAX_INSTRUCTIONS_LENGTH = 20_000;
const MAX_CRITERION_LENGTH = 1000;

const instructions = z.string().transform((text) => cutText(plainBlock(text), MAX_INSTRUCTIONS_LENGTH));
const line = (maxLength: number) => z.string().transform((text) => plainLine(text, maxLength));

const followUp = z.object({
  title: line(MAX_TITLE_LENGTH),
  instructions,
  acceptance: z.array(line(MAX_CRITERION_LENGTH)).max(50).default([]),
  files: z.array(glob).max(100).default([]),
  /** Titles. */
  after: z.array(line(MAX_TITLE_LENGTH)).max(MAX_FOLLOW_UPS).default([]),
});

const investigatorResult = z.object({
  decision: z.enum(["new_approach", "split", "give_up"]),
  summary: block.default(""),
  instructions: instructions.default(""),
  phases: z.array(followUp).max(MAX_FOLLOW_UPS).default([]),
  usage,
});

type Raw = z.output<typeof investigatorResult>;

export interface InvestigatorReport {
  readonly kind: "ok";
  readonly answer: Investigation;
  readonly usage: Usage;
}

/** Reads an investigator's answer. One that cannot be acted on as it stands is junk: nothing is guessed. */
export function readInvestigation(text: string | null): InvestigatorReport | JunkResult {
  if (text === null || text.trim() === "") return junk("The investigator left no answer.");
  const result = parseResult(text, investigatorResult);
  if (result.kind === "junk") return result;
  const answer = toAnswer(result.value);
  return "kind" in answer ? answer : { kind: "ok", answer, usage: result.value.usage };
}

function toAnswer(raw: Raw): Investigation | JunkResult {
  const { decision, summary } = raw;
  switch (decision) {
    case "new_approach":
      if (raw.instructions === "") return junk("The investigator named a new approach and did not say which.");
      return { decision, summary, instructions: raw.instructions };
    case "split":
      return toSplit(raw);
    case "give_up":
      return summary === "" ? junk("The investigator gave up and did not say why.") : { decision, summary };
  }
}

function toSplit({ summary, phases }: Raw): Investigation | JunkResult {
  if (phases.length === 0) return junk("The investigator split the phase into no phases.");
  const titles = phases.map(({ title }) => title.toLowerCase());
  if (titles.includes("")) return junk("One of the phases has no title.");
  if (phases.some((phase) => phase.instructions === "")) return junk("One of the phases has no instructions.");
  if (new Set(titles).size < titles.length) return junk("Two of the phases have the same title.");
  const unknown = phases.flatMap(({ after }) => after).find((title) => !titles.includes(title.toLowerCase()));
  if (unknown !== undefined) return junk(`A phase comes after “${unknown}”, which is not one of the phases.`);
  const followUps = phases.map((phase): FollowUp => ({ ...phase, after: phase.after.map(indexOf) }));
  if (followUpsInOrder(followUps) === null) return junk("The phases wait for each other.");
  return { decision: "split", summary, phases: followUps };

  function indexOf(title: string): number {
    return titles.indexOf(title.toLowerCase());
  }
}
