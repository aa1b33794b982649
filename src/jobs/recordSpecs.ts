import { agentSpecOf } from "../domain/acceptance/agentSpec.ts";
import type { Attempt } from "../domain/attempt.ts";
import type { Phase } from "../domain/phase.ts";
import { NO_PROMPT_OVERRIDES } from "../domain/promptOverrides.ts";
import { limitsOf, rulesOf } from "../domain/rulesOf.ts";
import type { Run } from "../domain/run.ts";
import type { AgentSettings } from "../domain/settings.ts";
import { promptVersion } from "../prompts/promptPack.ts";
import { saveAcceptanceSpec, saveAgentSpec } from "../store/specs.ts";
import type { JobDeps } from "./handler.ts";

/** Keeps how an attempt is going to be done, and how its result will be judged. Gives the hashes that name both. */
export async function recordSpecs(
  run: Run,
  { phase, attempt, agent }: { readonly phase: Phase; readonly attempt: Attempt; readonly agent: AgentSettings },
  { store }: JobDeps,
): Promise<{ readonly agentSpec: string; readonly acceptanceSpec: string | null }> {
  const { role } = attempt;
  const { turns, seconds } = limitsOf(run, phase, role);
  const rules = { ...rulesOf(run, phase), turns, seconds };
  const spec = agentSpecOf({
    role,
    settings: agent,
    rules,
    promptVersion: promptVersion(run.settings?.prompts ?? NO_PROMPT_OVERRIDES),
  });
  const repositoryId = run.repository.id;
  const content = phase.plan.spec;
  return store.knex.transaction(async (tx) => {
    const { hash } = await saveAgentSpec(tx, { repositoryId, ...spec });
    if (content === null || role !== "builder") return { agentSpec: hash, acceptanceSpec: null };
    const named = { repositoryId, name: phase.plan.title, content };
    return { agentSpec: hash, acceptanceSpec: (await saveAcceptanceSpec(tx, named)).hash };
  });
}
