/** What a limit of GitHub's API is about. `all`: the whole installation, as secondary limits are. */
export type ApiResource = "core" | "graphql" | "search" | "all";

/** One request to GitHub's API, as its limits see it. `create` makes content that notifies people: a comment, a pull request. */
export interface ApiRequest {
  readonly kind: "read" | "edit" | "create";
  readonly resource: Exclude<ApiResource, "all">;
}

/** GitHub asked to be left alone for a while. */
export interface ApiLimit {
  readonly resource: ApiResource;
  readonly waitMs: number;
  /** False where GitHub did not say for how long: the wait then doubles from one such answer to the next. */
  readonly told: boolean;
}

/** What a piece of work asked of GitHub's API. */
export interface ApiCallCount {
  /** Requests that count against the rate limit. */
  readonly calls: number;
  /** Reads that were answered "nothing new" (304), which GitHub does not count. */
  readonly conditional: number;
}
