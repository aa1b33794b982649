import { commentTopic } from "../../domain/topic.ts";
import type { JobDeps } from "../handler.ts";
import { GHOST, isInTime, onlyUntold } from "./missedNews.ts";
import type { Look, News } from "./missedNews.ts";

/** Comments that people made. Each issue that one is on is read: a call of its own, for what is missing only. */
export async function newsOfComments(look: Look, deps: Pick<JobDeps, "store">): Promise<readonly News[]> {
  const made = (await look.survey.commentsSince(look.since))
    .filter(({ at, byBot }) => !byBot && isInTime(at, look))
    .map((comment) => ({ ...comment, topic: commentTopic(comment.id, comment.at) }));
  const issues = new Map<number, unknown>();
  const found: News[] = [];
  for (const { topic, at, author, issueNumber, said } of await onlyUntold(made, deps)) {
    if (!issues.has(issueNumber)) issues.set(issueNumber, await look.survey.issue(issueNumber));
    const issue = issues.get(issueNumber);
    if (issue === null) continue;
    const told = { issue, comment: said };
    found.push({ topic, event: "issue_comment", action: "created", at, told, sender: author ?? GHOST });
  }
  return found;
}
