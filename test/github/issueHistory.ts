import { z } from "zod";
import { accountJson } from "./accounts.ts";
import { ask } from "./issueStore.ts";
import { pullHistory } from "./pullHistory.ts";
import type { Repository } from "./repository.ts";
import type { World } from "./world.ts";

const happening = z.looseObject({ id: z.number(), event: z.string(), created_at: z.string() });

/** What happened to an issue or pull request, oldest first: what the emulator kept, and what only the front knows of. */
export async function issueHistory(
  world: World,
  repository: Repository,
  number: number,
): Promise<readonly z.infer<typeof happening>[]> {
  const path = `/issues/${number}/events?per_page=100`;
  const answer = await ask(world, repository, { login: world.botLogin, method: "GET", path });
  const pull = repository.pulls.get(number);
  const own = (pull === undefined ? [] : pullHistory(pull)).map(({ id, event, login, at }) => ({
    id,
    event,
    actor: accountJson(world.accounts.get(login), world.origin),
    commit_id: null,
    commit_url: null,
    created_at: at,
  }));
  return [...z.array(happening).parse(answer.body), ...own].toSorted((a, b) => (a.created_at < b.created_at ? -1 : 1));
}
