import type { Policy } from "../domain/strategy/overrides.ts";
import { knownKeysOf } from "./knownKeys.ts";
import type { ModelsInput } from "./modelSettings.ts";
import { policySchema } from "./policySchema.ts";
import { toBudgets } from "./toOverrides.ts";
import { readYaml } from "./yamlSource.ts";
import type { YamlProblem } from "./yamlSource.ts";
import { zodProblems } from "./zodProblems.ts";

/** Where steps may go on the network. */
export interface EgressPolicy {
  readonly hosts: readonly string[];
  /** Those of `hosts` that may lie at private addresses. */
  readonly internal: readonly string[];
}

export type PolicyResult =
  | { readonly kind: "ok"; readonly policy: Policy; readonly models: ModelsInput; readonly egress: EgressPolicy }
  | { readonly kind: "invalid"; readonly problems: readonly YamlProblem[] };

const knownKeys = knownKeysOf(policySchema);

/** Reads the operator's policy. Every problem has a line and a column; nothing is ever ignored. */
export function readPolicy(text: string): PolicyResult {
  const source = readYaml(text);
  if (source.kind === "invalid") return source;
  const parsed = policySchema.safeParse(source.value);
  if (!parsed.success) return { kind: "invalid", problems: zodProblems(parsed.error.issues, source, knownKeys) };
  const { profile, audit_required, max_parallel, max_phases, attempts, seconds, budgets } = parsed.data;
  const { gates_required, backends } = parsed.data;
  const { starts_per_issue_hour, starts_per_repository_hour } = parsed.data;
  return {
    kind: "ok",
    models: parsed.data.models,
    egress: parsed.data.egress,
    policy: {
      profile: profile ?? null,
      auditRequired: audit_required,
      gatesRequired: gates_required,
      backends: backends ?? null,
      maxParallel: max_parallel ?? null,
      maxPhases: max_phases ?? null,
      attempts: attempts ?? null,
      seconds: seconds ?? null,
      startsPerIssueHour: starts_per_issue_hour ?? null,
      startsPerRepositoryHour: starts_per_repository_hour ?? null,
      budgets: toBudgets(budgets),
    },
  };
}
