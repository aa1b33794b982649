import type { Settings } from "../settings.ts";
import { PROFILES } from "./profiles.ts";
import type { Policy } from "./overrides.ts";

/** What a configuration may not say on this server, in sentences; what is only lowered to a ceiling is not among it. */
export function policyFaults({ auditor }: Pick<Settings, "auditor">, policy: Policy): readonly string[] {
  if (auditor !== null) return [];
  const isRequired = policy.auditRequired || (policy.profile !== null && PROFILES[policy.profile].auditEveryPhase);
  if (!isRequired) return [];
  return [
    "`audit.required: false` is not allowed on this server: its operator requires audits. Configure `agents.auditor`, and take the line out.",
  ];
}
