/**
 * A repository's own words in the place of those of the prompt pack, by name: `builder`, `auditor.security_review`. From its
 * default branch, and frozen with the settings of a run.
 */
export type PromptOverrides = Readonly<Record<string, string>>;

export const NO_PROMPT_OVERRIDES: PromptOverrides = {};
