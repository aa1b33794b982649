import { createHash } from "node:crypto";
import type { Validator } from "../../domain/acceptance/acceptance.ts";
import type { Baseline } from "../../domain/acceptance/baseline.ts";
import { outcomesOf } from "../../domain/acceptance/testReport.ts";
import { canonicalJson } from "../../domain/canonicalJson.ts";
import type { ArtifactId } from "../../domain/ids.ts";
import { findBaseline, saveBaseline } from "../../store/baselines.ts";
import type { Means } from "./acceptanceWork.ts";
import { install, layOutTree, outcomeText } from "./layOutTree.ts";
import { logName, runTests } from "./runTests.ts";

type NoRegression = Extract<Validator, { type: "no_regression" }>;

export type TakenBaseline =
  | { readonly kind: "ok"; readonly baseline: Baseline }
  | { readonly kind: "failed"; readonly why: string; readonly log: ArtifactId };

/**
 * What the command says of the base: as found before, by whichever phase or run, else by running it there. Null when
 * cancelled. What was cut short is no baseline, and is not kept.
 */
export async function takeBaseline(validator: NoRegression, means: Means): Promise<TakenBaseline | null> {
  const { work, deps } = means;
  const { command, report } = validator;
  const ground = { command, report, install: work.settings.install.map(({ run }) => run) };
  const commandHash = createHash("sha256").update(canonicalJson(ground)).digest("hex");
  const key = { repositoryId: work.repository.id, sha: work.base, commandHash };
  const known = await findBaseline(deps.store.knex, key);
  if (known !== null) return { kind: "ok", baseline: known };
  const taken = await runOnBase(validator, means);
  if (taken?.kind === "ok") await saveBaseline(deps.store.knex, key, taken.baseline);
  return taken;
}

async function runOnBase(validator: NoRegression, means: Means): Promise<TakenBaseline | null> {
  const { work, deps } = means;
  if (!(await deps.git.has(work.repository, [work.base]))) await deps.git.fetch(work.repository);
  const tree = await layOutTree({ commit: work.base }, means);
  try {
    const installed = await install(tree, means);
    if (installed === null || installed.kind === "failed") return installed;
    const run = await runTests({ ...validator, log: `${logName(work, validator.name)} (base)` }, tree);
    if (run === null) return null;
    const { outcome, log } = run.result;
    if (outcome.kind !== "exited") return { kind: "failed", why: `on the base: ${outcomeText(outcome)}`, log };
    const outcomes = run.report.kind === "ok" ? Object.fromEntries(outcomesOf(run.report.report)) : null;
    return { kind: "ok", baseline: { exitCode: outcome.code, outcomes } };
  } finally {
    await tree.dispose();
  }
}
