/** A check run, or a commit status, of somebody else's CI as GitHub shows it on a commit. Never one of Autopack's own. */
export interface ObservedCheck {
  /** GitHub's; of two with the same source, the later one has the greater. */
  readonly id: number;
  readonly source: "check_run" | "status";
  /** The name of a check run, the context of a status. */
  readonly name: string;
  /** The slug of the app that made the check run; GitHub does not say whose a status is. */
  readonly app: string | null;
  /** Of a check run: one suite for each run of a workflow. */
  readonly suite: number | null;
  readonly completed: boolean;
  /** How it ended, in GitHub's word; null until it has. */
  readonly conclusion: string | null;
  /** Its suite is not over, although everything in it so far is: a workflow's next jobs are about to begin. */
  readonly moreToCome: boolean;
  /** ISO times of GitHub's clock. */
  readonly startedAt: string | null;
  readonly completedAt: string | null;
  readonly url: string | null;
  /** What its maker says of it. Somebody's text. */
  readonly summary: string;
}
