import type { Finding } from "../domain/finding.ts";
import type { ArtifactId, Sha, TreeId } from "../domain/ids.ts";
import type { Phase } from "../domain/phase.ts";
import { cutText } from "../domain/plainText.ts";
import type { InvestigationMaterial } from "../prompts/investigatorInstructions.ts";
import { historyLine } from "../projections/runReportHistory.ts";
import { noPaint } from "../projections/runReportTable.ts";
import { lastEvents } from "../store/history.ts";
import type { JobDeps } from "./handler.ts";
import type { AttemptAtWork } from "./livePhase.ts";
import { pastWork } from "./pastWork.ts";

const MAX_DIFF_BYTES = 100_000;
const MAX_EARLIER = 2;
const MAX_EARLIER_LENGTH = 20_000;
const MAX_ERRORS = 10;
const MAX_ERROR_LENGTH = 4000;
const MAX_FINDINGS = 50;

/** Gathers what an investigator looks at. `tree`: the candidate's, placed on `base`; null when there is none. */
export async function investigationMaterial(
  { run, phase }: AttemptAtWork,
  at: { readonly base: Sha; readonly tree: TreeId | null },
  deps: JobDeps,
): Promise<InvestigationMaterial> {
  const lines = await lastEvents(deps.store.knex, run.id);
  const { errors, patches } = pastWork(lines, phase.id);
  const earlier = patches.filter((patch) => patch !== phase.candidate?.patch).slice(-MAX_EARLIER);
  const range = at.tree === null ? null : { from: at.base, to: at.tree, maxBytes: MAX_DIFF_BYTES };
  return {
    diff: range === null ? "" : await deps.git.diff(run.repository, range),
    earlierDiffs: await Promise.all(earlier.map(async (patch) => readPatch(patch, deps))),
    errors: errors.slice(-MAX_ERRORS).map((error) => ({ ...error, message: cutText(error.message, MAX_ERROR_LENGTH) })),
    findings: findingsOf(phase).slice(0, MAX_FINDINGS),
    history: lines.map((line) => historyLine(line, noPaint)),
  };
}

async function readPatch(patch: ArtifactId, { artifacts }: JobDeps): Promise<string> {
  const text = Buffer.from(await artifacts.get(patch)).toString("utf8");
  return cutText(text, MAX_EARLIER_LENGTH);
}

function findingsOf({ findings, verdict, acceptance }: Phase): readonly Finding[] {
  return [...findings, ...(verdict?.findings ?? []), ...(acceptance?.findings ?? [])];
}
