/** A problem somebody or something saw. Its key (`findings/findingKey.ts`) tells repeats of one problem from others. A finding without a path concerns the change as a whole. */
export interface Finding {
  readonly severity: "minor" | "major";
  readonly source: "test" | "probe" | "ci" | "static_check" | "builder" | "auditor" | "human";
  readonly title: string;
  readonly detail: string;
  readonly path: string | null;
  /** First and last line, from 1, in the file as the change leaves it. */
  readonly lines: { readonly start: number; readonly end: number } | null;
}
