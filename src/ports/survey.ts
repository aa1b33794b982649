import type { DeliveryId } from "../domain/ids.ts";
import type { Repository } from "../domain/repository.ts";

/** One attempt of GitHub's to deliver a webhook, as its log has it. Attempts at the same delivery share the GUID. */
export interface LoggedDelivery {
  /** GitHub's own number, in decimal digits: too large for a JavaScript number. */
  readonly loggedId: string;
  readonly guid: DeliveryId;
  readonly deliveredAt: Date;
  readonly event: string;
  readonly action: string | null;
  readonly repositoryId: number | null;
  readonly installationId: number | null;
}

/** A repository that the app is installed on. */
export interface SurveyedRepository extends Repository {
  readonly isArchived: boolean;
  /** As webhooks have it. */
  readonly said: unknown;
}

/** An issue that changed, or was made. Times are GitHub's, in ISO 8601. */
export interface SurveyedIssue {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly isOpen: boolean;
  readonly labels: readonly string[];
  readonly updatedAt: string;
  readonly said: unknown;
}

/** Something that happened to an issue: `labeled`, `closed` and the like. */
export interface SurveyedEvent {
  readonly event: string;
  /** Null for somebody whose account is gone. */
  readonly actor: unknown;
  readonly at: string;
  /** Of `labeled` and `unlabeled`. */
  readonly label: { readonly name: string } | null;
}

export interface SurveyedComment {
  readonly id: number;
  readonly issueNumber: number;
  readonly at: string;
  readonly byBot: boolean;
  readonly author: unknown;
  readonly said: unknown;
}

export interface SurveyedPull {
  readonly isOpen: boolean;
  readonly draft: boolean;
  /** When it was closed, or changed last. */
  readonly at: string;
  /** Who merged it; null where nobody did. */
  readonly mergedBy: unknown;
  readonly author: unknown;
  readonly said: unknown;
}

export interface SurveyedReview {
  readonly id: number;
  readonly at: string;
  readonly isDismissed: boolean;
  readonly author: unknown;
  readonly said: unknown;
}

/**
 * What GitHub shows of one repository, for sweeps that look for what webhooks did not tell. `said` is the thing as a webhook
 * would have it. Lists are asked for under the same address each time, so that one where nothing changed costs nothing.
 */
export interface Survey {
  /** Issues that changed since, the oldest change first; no pull requests. One call for each 100. */
  issuesSince(since: Date): Promise<readonly SurveyedIssue[]>;
  /** Comments on issues and pull requests that were made since, oldest first. One call for each 100. */
  commentsSince(since: Date): Promise<readonly SurveyedComment[]>;
  /** What happened to an issue, oldest first. One call for each 100. */
  eventsOf(issueNumber: number): Promise<readonly SurveyedEvent[]>;
  /** An issue, or a pull request as the issue that it also is; null when it is gone. */
  issue(number: number): Promise<unknown>;
  /** Null when it is gone. */
  pull(number: number): Promise<SurveyedPull | null>;
  /** Reviews of a pull request, oldest first; none that is still being written. One call for each 100. */
  reviewsOf(pull: number): Promise<readonly SurveyedReview[]>;
}

/** What sweeps ask of GitHub. Every method throws a `Failure` that carries the retry instruction. */
export interface Surveys {
  of(repository: Pick<Repository, "installationId" | "owner" | "name">): Promise<Survey>;
  /** All repositories of all installations that are not suspended. One call, and one for each 100 of an installation. */
  repositories(): Promise<readonly SurveyedRepository[]>;
  /** GitHub's log since then, newest first, as the app. One call for each 100. */
  deliveries(since: Date): Promise<readonly LoggedDelivery[]>;
  /** Asks for a delivery once more; `gone` when GitHub will not or cannot. */
  redeliver(loggedId: string): Promise<"asked" | "gone">;
}
