import { editTopic, labelTopic, stateTopic } from "../../domain/topic.ts";
import type { Run } from "../../domain/run.ts";
import type { SurveyedEvent, SurveyedIssue } from "../../ports/survey.ts";
import type { JobDeps } from "../handler.ts";
import { GHOST, isInTime, onlyUntold } from "./missedNews.ts";
import type { Look, News } from "./missedNews.ts";

/** What happened to issues that a run may come of, or that a run is at work on: labels, edits, closings. */
export async function newsOfIssues(look: Look, deps: Pick<JobDeps, "store">): Promise<readonly News[]> {
  const runs = new Map(look.runs.map((run) => [run.request.issueNumber, run]));
  const found: News[] = [];
  for (const issue of await look.survey.issuesSince(look.since)) {
    const run = runs.get(issue.number);
    if (run === undefined && !issue.labels.some(isOurLabel)) continue;
    found.push(...happenedTo(issue, await look.survey.eventsOf(issue.number), look));
    if (run !== undefined) found.push(...editOf(issue, run, look));
  }
  return onlyUntold(found, deps);
}

/** A label that may mean something here. Which one does is for whoever hears of it to say. */
export function isOurLabel(name: string): boolean {
  return /^autopack(:|$)/i.test(name);
}

export function isBot(actor: unknown): boolean {
  return typeof actor === "object" && actor !== null && "type" in actor && actor.type === "Bot";
}

function happenedTo(issue: SurveyedIssue, events: readonly SurveyedEvent[], look: Look): readonly News[] {
  const place = { repositoryId: look.repository.id, number: issue.number };
  return events
    .filter(({ at, actor }) => isInTime(at, look) && !isBot(actor))
    .flatMap(({ event: action, at, actor, label }): readonly News[] => {
      const common = { event: "issues", action, at, sender: actor ?? GHOST };
      if (action === "closed" || action === "reopened")
        return [{ ...common, topic: stateTopic("issues", { ...place, action, at }), told: { issue: issue.said } }];
      if ((action !== "labeled" && action !== "unlabeled") || label === null || !isOurLabel(label.name)) return [];
      const topic = labelTopic("issues", { ...place, action, label: label.name, at });
      return [{ ...common, topic, told: { issue: issue.said, label } }];
    });
}

/** GitHub keeps no history of texts that says who wrote what: only that it reads differently now. */
function editOf(issue: SurveyedIssue, { repository, request, edited }: Run, look: Look): readonly News[] {
  const known = edited ?? request;
  if ((known.title === issue.title && known.body === issue.body) || !isInTime(issue.updatedAt, look)) return [];
  const changes = {
    ...(known.title === issue.title ? {} : { title: { from: known.title } }),
    ...(known.body === issue.body ? {} : { body: { from: known.body } }),
  };
  const topic = editTopic({ repositoryId: repository.id, number: issue.number }, issue);
  const told = { issue: issue.said, changes };
  return [{ topic, event: "issues", action: "edited", at: issue.updatedAt, told, sender: GHOST }];
}
