import { createHash } from "node:crypto";
import type { DeliveryId } from "../../domain/ids.ts";
import type { Repository } from "../../domain/repository.ts";
import type { Run } from "../../domain/run.ts";
import type { Topic } from "../../domain/topic.ts";
import type { Survey, SurveyedRepository } from "../../ports/survey.ts";
import { insertDeliveries, untold } from "../../store/deliveries.ts";
import { noteMissedNews } from "../../store/gaps.ts";
import { enqueue } from "../../store/queue.ts";
import { repositorySwept } from "../../store/repositories.ts";
import type { JobDeps } from "../handler.ts";

/** Something that GitHub shows and a webhook would have told. */
export interface News {
  readonly topic: Topic;
  readonly event: string;
  readonly action: string | null;
  /** When it happened, by GitHub's clock, in ISO 8601. */
  readonly at: string;
  /** The webhook's own part of its payload: without its action, the repository and the installation. */
  readonly told: Readonly<Record<string, unknown>>;
  readonly sender: unknown;
}

/** What one look at a repository goes by. */
export interface Look {
  readonly repository: SurveyedRepository;
  readonly survey: Survey;
  /** Runs that what happened may concern: the live ones, and those that failed not long ago. */
  readonly runs: readonly Run[];
  /** Nothing before this is looked at, and nothing after `until`: its webhooks may be on their way. */
  readonly since: Date;
  readonly until: Date;
}

/** GitHub's own stand-in for accounts that are gone, where nobody can tell who it was. */
export const GHOST = { login: "ghost", type: "User" };

/** Whether something is old enough for its webhook to be missing, and not older than what was looked at before. */
export function isInTime(at: string, { since, until }: Pick<Look, "since" | "until">): boolean {
  const time = Date.parse(at);
  return time >= since.getTime() && time <= until.getTime();
}

/** Those items whose topic nobody has told yet. */
export async function onlyUntold<T extends { readonly topic: Topic }>(
  items: readonly T[],
  { store }: Pick<JobDeps, "store">,
): Promise<readonly T[]> {
  if (items.length === 0) return [];
  const topics = await untold(
    store.knex,
    items.map(({ topic }) => topic),
  );
  return items.filter(({ topic }) => topics.has(topic));
}

interface Place {
  /** `said` is left out where the news is about an installation. */
  readonly repository: Repository & { readonly said?: unknown };
  /** Null where only a part of what can be seen there was looked at. */
  readonly lookedUntil: Date | null;
}

/**
 * Puts news into the inbox as the webhooks that did not come, in the order in which it happened, and writes each into the
 * ledger of gaps: all of them, with the note up to when the repository was looked at, or none. Gives how many are new.
 *
 * The id of such a delivery is made of what it tells, so that to find the same twice is harmless.
 */
export async function bringNews(
  news: readonly News[],
  { repository, lookedUntil }: Place,
  { store }: Pick<JobDeps, "store">,
): Promise<number> {
  const sorted = news.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
  return store.knex.transaction(async (tx) => {
    if (lookedUntil !== null) await repositorySwept(tx, repository, lookedUntil);
    let count = 0;
    for (const one of sorted) {
      const id = newsId(one, repository);
      const { event, action, topic } = one;
      const payload = JSON.stringify(payloadOf(one, repository));
      const scope = { event, action, installationId: repository.installationId };
      const fresh = await insertDeliveries(tx, [{ id, ...scope, payload, state: "received", topic, source: "sweep" }]);
      if (!fresh.has(id)) continue;
      count += 1;
      await noteMissedNews(tx, { guid: id, ...scope, repositoryId: repository.id, deliveredAt: new Date(one.at) });
      await enqueue(store, tx, { kind: "handle_delivery", deliveryId: id });
    }
    return count;
  });
}

function payloadOf({ action, told, sender }: News, { said, installationId }: Place["repository"]): object {
  return {
    ...(action === null ? {} : { action }),
    ...told,
    ...(said === undefined ? {} : { repository: said }),
    installation: { id: installationId },
    sender,
  };
}

/** A UUID by name, version 5 in form. */
function newsId({ topic }: News, { id }: Pick<Repository, "id">): DeliveryId {
  const hash = createHash("sha1").update(`autopack news ${id} ${topic.name} ${topic.at}`).digest("hex");
  const uuid = `${hash.slice(0, 8)}-${hash.slice(8, 12)}-5${hash.slice(13, 16)}-8${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
  return uuid as DeliveryId;
}
