import { readCustomVerdict } from "../../config/acceptanceVerdict.ts";
import type { Validator } from "../../domain/acceptance/acceptance.ts";
import { plainLine } from "../../domain/plainText.ts";
import { failed, observation, passed, unjudged } from "./judgement.ts";
import type { Judgement } from "./judgement.ts";
import type { JudgingRoom } from "./judgingRoom.ts";
import { outcomeText } from "./layOutTree.ts";
import { logName } from "./runTests.ts";

const EXPECTED = "a verdict that says `passed`";
/** The end of the output that a verdict is looked for in, in UTF-16 units. */
const MAX_KEPT = 2 * 1024 ** 2;
const MAX_GOT_LENGTH = 500;

/** Asks a command of the plan's for its verdict. One that says `passed` must exit with 0 as well. */
export async function judgeCustom(
  { name, command, timeoutMs }: Extract<Validator, { type: "custom" }>,
  { trees, work }: JudgingRoom,
): Promise<Judgement | null> {
  const taken = await trees.take();
  if (taken === null) return null;
  if (taken.kind === "failed") return unjudged({ expected: EXPECTED, log: taken.log }, taken.why);
  let output = "";
  const onOutput = (chunk: string): void => void (output = (output + chunk).slice(-MAX_KEPT));
  const result = await taken.tree.run({ run: command, timeoutMs, log: logName(work, name), onOutput });
  if (result === null) return null;
  const ground = { expected: EXPECTED, log: result.log };
  if (result.outcome.kind !== "exited") return unjudged(ground, `no verdict: ${outcomeText(result.outcome)}`);
  const verdict = readCustomVerdict(output);
  if (verdict.kind === "junk")
    return unjudged(ground, `no verdict (exit ${result.outcome.code}): ${plainLine(verdict.message, MAX_GOT_LENGTH)}`);
  const said = verdict.message === "" ? "" : `: ${plainLine(verdict.message, MAX_GOT_LENGTH)}`;
  const { score, findings } = verdict;
  if (!verdict.passed) {
    const observations =
      findings.length > 0 ? findings : [observation("probe", `“${name}” fails`, { detail: verdict.message })];
    return failed({ ...ground, score }, `it says failed${said}`, observations);
  }
  if (result.outcome.code !== 0) return unjudged(ground, `it says passed, and exits with ${result.outcome.code}`);
  return { ...passed(ground, `it says passed${said}`, findings), score };
}
