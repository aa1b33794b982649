import type { Validator } from "../../domain/acceptance/acceptance.ts";
import { lookAt } from "./insideTree.ts";
import { failed, observation, passed } from "./judgement.ts";
import type { Judgement } from "./judgement.ts";
import type { JudgingRoom } from "./judgingRoom.ts";

/** Looks whether the change leaves a path, or leaves it out. */
export async function judgeFile(
  { path, mustExist }: Extract<Validator, { type: "file_exists" }>,
  { pristine }: JudgingRoom,
): Promise<Judgement> {
  const exists = (await lookAt(pristine.checkout.path, path)) !== null;
  const expected = `\`${path}\` ${mustExist ? "is there" : "is not there"}`;
  const got = exists ? "it is there" : "it is not there";
  if (exists === mustExist) return passed({ expected }, got);
  const title = mustExist ? `\`${path}\` is missing` : `\`${path}\` must not be there`;
  return failed({ expected }, got, [observation("probe", title, exists ? { path } : {})]);
}
