import type { Sha } from "../domain/ids.ts";
import type { Phase } from "../domain/phase.ts";
import { plainLine } from "../domain/plainText.ts";
import { fullName } from "../domain/repository.ts";
import type { Run } from "../domain/run.ts";
import type { Settings } from "../domain/settings.ts";

/** A planned run at a phase. `head` is what its work lies on. */
export interface PhaseWork {
  readonly run: Run;
  readonly phase: Phase;
  readonly settings: Settings;
  readonly head: Sha;
}

const MAX_TITLE_LENGTH = 200;

/** What templates may say of a phase. */
export function phasePlaceholders({ run, phase }: PhaseWork) {
  return {
    repository: fullName(run.repository),
    base_branch: run.base?.branch ?? run.repository.defaultBranch,
    issue_number: run.request.issueNumber,
    issue_title: plainLine(run.request.title, MAX_TITLE_LENGTH),
    title: plainLine(phase.plan.title, MAX_TITLE_LENGTH),
    tier: plainLine(phase.plan.tier, MAX_TITLE_LENGTH),
    category: plainLine(phase.category, MAX_TITLE_LENGTH),
    phase_number: phase.ordinal,
    phase_count: run.phases.length,
  };
}

/** The facts of a phase for programs. */
export function phaseContext({ run, phase, settings, head }: PhaseWork): Readonly<Record<string, unknown>> {
  return {
    run: run.id,
    repository: fullName(run.repository),
    issue: { number: run.request.issueNumber, title: run.request.title },
    base: run.base,
    head,
    phase: {
      id: phase.id,
      ordinal: phase.ordinal,
      of: run.phases.length,
      title: phase.plan.title,
      tier: phase.plan.tier,
      category: phase.category,
      instructions: phase.plan.instructions,
      acceptance: phase.plan.acceptance,
      files: phase.plan.files,
      revision: phase.plan.revision ?? null,
    },
    retry_attempt: phase.retryAttempt,
    revision_epoch: phase.revisionEpoch,
    audit_failures: phase.auditFailures,
    escalation_level: phase.escalationLevel,
    budget: phase.attempt?.grant ?? {},
    feedback: phase.feedback,
    preflight: settings.preflight.map((step) => step.run),
    ci: settings.ci.map((step) => step.run),
  };
}
