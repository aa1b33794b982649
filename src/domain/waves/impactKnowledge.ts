/** What a repository's past says about what phases touch. */
export interface ImpactKnowledge {
  /** The paths of each landed phase, without those that touched very many: these say nothing of what belongs together. */
  readonly changes: readonly (readonly string[])[];
  /** How often what plans declared came true, by category. */
  readonly declared: Readonly<Record<string, DeclaredRecord>>;
  /** Files that are there: those of the base, or as many as are known. Patterns predict nothing but them. */
  readonly paths: ReadonlySet<string>;
}

export interface DeclaredRecord {
  readonly hits: number;
  readonly total: number;
}

/** Of a repository without a past. */
export const NO_KNOWLEDGE: ImpactKnowledge = { changes: [], declared: {}, paths: new Set() };
