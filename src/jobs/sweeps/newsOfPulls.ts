import type { Run } from "../../domain/run.ts";
import { labelTopic, reviewTopic, stateTopic } from "../../domain/topic.ts";
import type { SurveyedEvent, SurveyedPull, SurveyedReview } from "../../ports/survey.ts";
import type { JobDeps } from "../handler.ts";
import { GHOST, isInTime, onlyUntold } from "./missedNews.ts";
import type { Look, News } from "./missedNews.ts";
import { isBot, isOurLabel } from "./newsOfIssues.ts";

/** GitHub's words in an issue's history for what its webhooks call so. */
const ACTIONS: Readonly<Record<string, string>> = {
  ready_for_review: "ready_for_review",
  convert_to_draft: "converted_to_draft",
  converted_to_draft: "converted_to_draft",
  base_ref_changed: "edited",
};

/** What happened to the pull requests of runs: reviews, draft and ready, labels, the end. Three calls a run. */
export async function newsOfPulls(look: Look, deps: Pick<JobDeps, "store">): Promise<readonly News[]> {
  const found: News[] = [];
  for (const run of look.runs) {
    const number = run.pull?.number;
    const pull = number === undefined ? null : await look.survey.pull(number);
    if (number === undefined || pull === null) continue;
    const events = await look.survey.eventsOf(number);
    const reviews = await look.survey.reviewsOf(number);
    found.push(
      ...happenedTo(number, pull, { events, look }),
      ...reviews.flatMap((review) => newsOfReview(review, { run, pull, look })),
      ...endOf(number, pull, { events, look }),
    );
  }
  return onlyUntold(found, deps);
}

interface History {
  readonly events: readonly SurveyedEvent[];
  readonly look: Look;
}

function happenedTo(number: number, pull: SurveyedPull, { events, look }: History): readonly News[] {
  const place = { repositoryId: look.repository.id, number };
  return events
    .filter(({ at, actor }) => isInTime(at, look) && !isBot(actor))
    .flatMap(({ event, at, actor, label }): readonly News[] => {
      const common = { event: "pull_request", at, sender: actor ?? GHOST };
      const action = ACTIONS[event];
      if (action !== undefined) {
        const topic = stateTopic("pull_request", { ...place, action, at });
        const changes = action === "edited" ? { changes: { base: {} } } : {};
        return [{ ...common, action, topic, told: { number, pull_request: pull.said, ...changes } }];
      }
      if ((event !== "labeled" && event !== "unlabeled") || label === null || !isOurLabel(label.name)) return [];
      const topic = labelTopic("pull_request", { ...place, action: event, label: label.name, at });
      return [{ ...common, action: event, topic, told: { number, pull_request: pull.said, label } }];
    });
}

/** The run lives, and its pull request does not. */
function endOf(number: number, pull: SurveyedPull, { events, look }: History): readonly News[] {
  if (pull.isOpen || Date.parse(pull.at) > look.until.getTime()) return [];
  const action = "closed";
  const { at } = pull;
  const topic = stateTopic("pull_request", { repositoryId: look.repository.id, number, action, at });
  const closer = events.findLast(({ event }) => event === "closed")?.actor;
  const told = { number, pull_request: pull.said };
  return [{ topic, event: "pull_request", action, at, told, sender: pull.mergedBy ?? closer ?? GHOST }];
}

interface Reviewed {
  readonly run: Run;
  readonly pull: SurveyedPull;
  readonly look: Look;
}

/** When a review was dismissed GitHub does not say: it counts while its giver's approval does. */
function newsOfReview(review: SurveyedReview, { run, pull, look }: Reviewed): readonly News[] {
  if (isBot(review.author)) return [];
  const { id, at, author } = review;
  const action = review.isDismissed ? "dismissed" : "submitted";
  if (review.isDismissed ? !isApprovalOf(author, run) : !isInTime(at, look)) return [];
  const told = { review: review.said, pull_request: pull.said };
  const sender = author ?? GHOST;
  return [{ topic: reviewTopic(id, action, at), event: "pull_request_review", action, at, told, sender }];
}

function isApprovalOf(author: unknown, { approvals }: Run): boolean {
  if (typeof author !== "object" || author === null || !("login" in author)) return false;
  return approvals.some(({ by }) => by === author.login);
}
