import type { CategoryRules } from "./strategy.ts";

/** Strict in every way: what high-risk categories have in common. */
const STRICT = {
  ciProfile: "strict",
  mayLandUnaudited: false,
  complexity: "high",
  findingSeverity: "major",
} as const;

/** A finding there is a blemish, and the usual checks will do. */
const NORMAL = { ciProfile: "normal", findingSeverity: "minor" } as const;

/**
 * What each category implies. Builder modes follow from the kind of edit: `refactor_heavy` moves much that exists,
 * `schema_heavy` changes contracts, `scaffolding_heavy` brings in what is new, `tweak_light` keeps the change small, which
 * is what security work needs as much as documents do.
 */
export const CATEGORIES = {
  cross_cutting_refactor: {
    ...STRICT,
    attempts: { builder: 2, auditor: 2 },
    tokens: 1_000_000,
    auditorProfile: "refactor_review",
    builderMode: "refactor_heavy",
    taskType: "refactoring",
  },
  index_registry_change: {
    ...STRICT,
    attempts: { builder: 2, auditor: 2 },
    tokens: 800_000,
    auditorProfile: "index_review",
    builderMode: "refactor_heavy",
    taskType: "coding",
  },
  schema_contract_change: {
    ...STRICT,
    attempts: { builder: 2, auditor: 3 },
    tokens: 1_000_000,
    auditorProfile: "schema_review",
    builderMode: "schema_heavy",
    taskType: "coding",
  },
  bulk_multi_file_operation: {
    ...STRICT,
    attempts: { builder: 1, auditor: 2 },
    tokens: 1_500_000,
    auditorProfile: "bulk_review",
    builderMode: "refactor_heavy",
    taskType: "refactoring",
  },
  security_auth_change: {
    ...STRICT,
    attempts: { builder: 2, auditor: 3 },
    tokens: 800_000,
    auditorProfile: "security_review",
    builderMode: "tweak_light",
    taskType: "coding",
  },
  external_feature_reuse: {
    ...STRICT,
    attempts: { builder: 2, auditor: 2 },
    tokens: 1_000_000,
    auditorProfile: "external_code_review",
    builderMode: "scaffolding_heavy",
    taskType: "coding",
  },
  external_code_intake: {
    ...STRICT,
    attempts: { builder: 2, auditor: 3 },
    tokens: 1_200_000,
    auditorProfile: "license_and_security_review",
    builderMode: "scaffolding_heavy",
    taskType: "coding",
  },
  feature_scaffolding: {
    ...NORMAL,
    attempts: { builder: 3, auditor: 2 },
    tokens: 500_000,
    mayLandUnaudited: true,
    auditorProfile: null,
    complexity: "medium",
    builderMode: "scaffolding_heavy",
    taskType: "coding",
  },
  docs: {
    ...NORMAL,
    attempts: { builder: 2, auditor: 1 },
    tokens: 200_000,
    mayLandUnaudited: true,
    auditorProfile: null,
    complexity: "low",
    builderMode: "tweak_light",
    taskType: "documentation",
  },
  tests: {
    ...NORMAL,
    attempts: { builder: 3, auditor: 1 },
    tokens: 300_000,
    mayLandUnaudited: true,
    auditorProfile: null,
    complexity: "low",
    builderMode: "tweak_light",
    taskType: "testing",
  },
  debt_cleanup: {
    ...NORMAL,
    attempts: { builder: 2, auditor: 1 },
    tokens: 400_000,
    mayLandUnaudited: false,
    auditorProfile: "debt_cleanup_review",
    complexity: "medium",
    builderMode: "tweak_light",
    taskType: "refactoring",
  },
} as const satisfies Readonly<Record<string, CategoryRules>>;

export type KnownCategory = keyof typeof CATEGORIES;

/** The Auditor profile of whatever has none of its own. */
export const GENERAL_REVIEW = "general_review";

/** Any other category: as strict as the strict ones, with the least tokens of them. Most of it is code. */
export const UNKNOWN_RULES: CategoryRules = {
  ...STRICT,
  attempts: { builder: 2, auditor: 2 },
  tokens: 500_000,
  auditorProfile: GENERAL_REVIEW,
  builderMode: "tweak_light",
  taskType: "coding",
};

/** Other names of categories. */
export const ALIASES: Readonly<Record<string, KnownCategory>> = {
  schema_change: "schema_contract_change",
  security_auth: "security_auth_change",
  bulk_operation: "bulk_multi_file_operation",
  index_registry_maintenance: "index_registry_change",
};
