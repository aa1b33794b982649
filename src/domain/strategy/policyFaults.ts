import { RULE_SETS } from "../objection.ts";
import type { Settings } from "../settings.ts";
import { PROFILES } from "./profiles.ts";
import type { Policy } from "./overrides.ts";

/** What a configuration may not say on this server, in sentences; what is only lowered to a ceiling is not among it. */
export function policyFaults(settings: PolicedSettings, policy: Policy): readonly string[] {
  return [...auditFaults(settings, policy), ...gateFaults(settings, policy), ...backendFaults(settings, policy)];
}

type PolicedSettings = Pick<
  Settings,
  "builder" | "planner" | "auditor" | "otherAuditors" | "investigator" | "fallbackBuilder" | "gates"
>;

function list(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(", ");
}

/** Agents that this run will not start are nobody's concern: alternatives count when one is the Builder. */
function backendFaults(settings: PolicedSettings, { backends }: Policy): readonly string[] {
  if (backends === null) return [];
  const { builder, planner, auditor, otherAuditors, investigator, fallbackBuilder } = settings;
  const agents = [builder, planner, auditor, ...otherAuditors, investigator, fallbackBuilder];
  const named = agents.flatMap((agent) => (agent === null ? [] : [agent.backend]));
  const refused = [...new Set(named)].filter((backend) => !backends.includes(backend));
  if (refused.length === 0) return [];
  return [`Agents of the backend ${list(refused)} are not allowed on this server; ${list(backends)} are.`];
}

function gateFaults({ gates }: Pick<Settings, "gates">, policy: Policy): readonly string[] {
  const off = RULE_SETS.filter((ruleSet) => gates.levels[ruleSet] === "off");
  if (!policy.gatesRequired || off.length === 0) return [];
  const lines = off.map((ruleSet) => `\`gates.${ruleSet}: off\``).join(", ");
  return [`${lines} is not allowed on this server: its operator requires the rules. \`warn\` is.`];
}

function auditFaults({ auditor }: Pick<Settings, "auditor">, policy: Policy): readonly string[] {
  if (auditor !== null) return [];
  const isRequired = policy.auditRequired || (policy.profile !== null && PROFILES[policy.profile].auditEveryPhase);
  if (!isRequired) return [];
  return [
    "`audit.required: false` is not allowed on this server: its operator requires audits. Configure `agents.auditor`, and take the line out.",
  ];
}
