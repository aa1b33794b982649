import type { Repository } from "../../domain/repository.ts";
import type { SurveyedRepository } from "../../ports/survey.ts";
import { repositoriesWithLiveRuns } from "../../store/repositories.ts";
import { liveRunsOf } from "../../store/runsOfRepository.ts";
import type { JobDeps } from "../handler.ts";
import { bringNews, GHOST } from "./missedNews.ts";
import type { News } from "./missedNews.ts";

/**
 * Repositories where runs live, and where the app can do nothing any more: taken out, its installation suspended or removed,
 * or archived. Whoever hears of it asks GitHub before anything ends. Gives how much of it is new.
 */
export async function newsOfAccess(
  installed: readonly SurveyedRepository[],
  seenAt: Date,
  { store }: Pick<JobDeps, "store">,
): Promise<number> {
  const present = new Map(installed.map((repository) => [repository.id, repository]));
  let count = 0;
  for (const known of await repositoriesWithLiveRuns(store.knex)) {
    const repository = present.get(known.id);
    if (repository?.isArchived === false) continue;
    const runs = await liveRunsOf(store.knex, known.id);
    const news = { ...(repository === undefined ? removed(known) : ARCHIVED), at: seenAt.toISOString(), sender: GHOST };
    // Once for these runs: if they live on, GitHub said that the app may act there.
    const topic = { name: `access:${known.installationId}:${known.id}:${news.action}:${runs.join(",")}`, at: null };
    count += await bringNews([{ ...news, topic }], { repository: repository ?? known, lookedUntil: null }, { store });
  }
  return count;
}

const ARCHIVED: Lost = { event: "repository", action: "archived", told: {} };

type Lost = Pick<News, "event" | "action" | "told">;

function removed({ id, owner, name, isPrivate }: Repository): Lost {
  const brief = { id, name, full_name: `${owner}/${name}`, private: isPrivate };
  const told = { repositories_added: [], repositories_removed: [brief] };
  return { event: "installation_repositories", action: "removed", told };
}
