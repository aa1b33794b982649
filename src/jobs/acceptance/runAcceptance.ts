import type {
  AcceptanceResult,
  AcceptanceSpec,
  Validator,
  ValidatorResult,
} from "../../domain/acceptance/acceptance.ts";
import { judgeAcceptance } from "../../domain/acceptance/judgeAcceptance.ts";
import type { Finding } from "../../domain/finding.ts";
import { cutText } from "../../domain/plainText.ts";
import type { JobDeps } from "../handler.ts";
import type { AcceptanceWork } from "./acceptanceWork.ts";
import { judgeCommand } from "./judgeCommand.ts";
import { judgeCustom } from "./judgeCustom.ts";
import { judgeFailToPass } from "./judgeFailToPass.ts";
import { judgeFile } from "./judgeFile.ts";
import type { Judgement } from "./judgement.ts";
import { judgePatterns } from "./judgePatterns.ts";
import { judgeRegressions } from "./judgeRegressions.ts";
import { judgeTests } from "./judgeTests.ts";
import { openJudgingRoom } from "./judgingRoom.ts";
import type { JudgingRoom } from "./judgingRoom.ts";

/**
 * Judges a tree by an acceptance spec, every validator for real. Null when it was cancelled.
 *
 * All validators are run, whatever the first ones say, so that the next attempt learns of everything at once. A mirror that lacks
 * something, a sandbox that does not start: those throw, as nothing has been judged then.
 */
export async function runAcceptance(
  work: AcceptanceWork,
  deps: JobDeps,
  signal: AbortSignal,
): Promise<AcceptanceResult | null> {
  const { spec } = work;
  const room = await openJudgingRoom({ work, deps, signal });
  try {
    const results: ValidatorResult[] = [];
    const findings: Finding[] = [];
    let newCases: number | null = null;
    for (const validator of inOrder(spec)) {
      const startedAt = deps.clock.now().getTime();
      const judgement = await judge(validator, room, newCases);
      if (judgement === null || signal.aborted) return null;
      results.push(toResult(validator, judgement, deps.clock.now().getTime() - startedAt));
      findings.push(...toFindings(validator, judgement, spec));
      if (judgement.newCases !== undefined) newCases = Math.max(newCases ?? 0, judgement.newCases);
    }
    return judgeAcceptance(spec, results, findings);
  } finally {
    await room.trees.dispose();
  }
}

/** First what looks at the tree while it is untouched, then the commands, then what needs the others' reports. */
function inOrder({ validators }: AcceptanceSpec): readonly Validator[] {
  return validators.toSorted((left, right) => stageOf(left) - stageOf(right));
}

function stageOf(validator: Validator): number {
  if ("command" in validator) return 1;
  return validator.type === "test_enforcement" ? 2 : 0;
}

async function judge(validator: Validator, room: JudgingRoom, newCases: number | null): Promise<Judgement | null> {
  switch (validator.type) {
    case "test_pass":
    case "lint_clean":
      return judgeCommand(validator, room);
    case "file_exists":
      return judgeFile(validator, room);
    case "forbidden_patterns":
      return judgePatterns(validator, room);
    case "test_enforcement":
      return judgeTests(validator, room.changes, newCases);
    case "fail_to_pass":
      return judgeFailToPass(validator, room);
    case "no_regression":
      return judgeRegressions(validator, room);
    case "custom":
      return judgeCustom(validator, room);
  }
}

/** What is shown of a result is a line, not a log. */
const MAX_GOT_LENGTH = 1000;

function toResult(
  { name, type, weight, required }: Validator,
  judgement: Judgement,
  durationMs: number,
): ValidatorResult {
  const { verdict, score, expected, got, log } = judgement;
  return { name, type, verdict, score, weight, required, expected, got: cutText(got, MAX_GOT_LENGTH), log, durationMs };
}

/** What fails the gate by itself is major, what merely costs points is minor. */
function toFindings(
  { required }: Validator,
  { observations }: Judgement,
  { gateMode }: AcceptanceSpec,
): readonly Finding[] {
  const usual = required || gateMode === "all_pass" ? "major" : "minor";
  return observations.map((each) => ({ ...each, severity: each.severity ?? usual }));
}
