declare const brand: unique symbol;
type Branded<B extends string> = string & { readonly [brand]: B };

/** `<issue>-<8 random letters and digits>`: readable in a branch name, unique over all repositories. */
export type RunId = Branded<"RunId">;
/** `<run>.<ordinal>`, so that a phase can be named by hand. */
export type PhaseId = Branded<"PhaseId">;
/** `<phase>.<number>`. The number only grows, which makes the id the fencing token of its worker. */
export type AttemptId = Branded<"AttemptId">;
/** The GUID that GitHub gave a webhook delivery. */
export type DeliveryId = Branded<"DeliveryId">;
/** SHA-256 of the content, hex. */
export type ArtifactId = Branded<"ArtifactId">;
/** A git commit, 40 hex digits. */
export type Sha = Branded<"Sha">;
/** A git tree, 40 hex digits. */
export type TreeId = Branded<"TreeId">;

export function phaseId(run: RunId, ordinal: number): PhaseId {
  return `${run}.${ordinal}` as PhaseId;
}

export function attemptId(phase: PhaseId, number: number): AttemptId {
  return `${phase}.${number}` as AttemptId;
}

/** The branch a run integrates on; nothing else is ever pushed by Autopack. */
export function integrationBranch(run: RunId): string {
  return `autonomous/${run}`;
}
