import { changeIssue } from "./issueChange.ts";
import { readIssue } from "./issueStore.ts";
import { Problem } from "./problem.ts";
import { fullName } from "./repository.ts";
import type { Repository } from "./repository.ts";
import type { World } from "./world.ts";

const keyword = /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+(?:([\w.-]+\/[\w.-]+))?#(\d+)/gi;

/** The issues that a text closes when it reaches the default branch: `Closes #4`, `fixes acme/widget#7`. */
export function closingNumbers(text: string, repository: Pick<Repository, "owner" | "name">): readonly number[] {
  const own = [...text.matchAll(keyword)].filter(
    ([, place]) => place === undefined || place.toLowerCase() === fullName(repository).toLowerCase(),
  );
  return [...new Set(own.map(([, , number]) => Number(number)))];
}

/** Closes what the text names, as `login`; numbers that are no open issue are passed over. */
export async function closeNamedIssues(
  world: World,
  repository: Repository,
  { login, text }: { readonly login: string; readonly text: string },
): Promise<void> {
  for (const number of closingNumbers(text, repository)) {
    if (await isOpenIssue(world, repository, number)) {
      const request = { method: "PATCH", path: `/issues/${number}`, body: { state: "closed" } };
      await changeIssue(world, { repository, number, login, request });
    }
  }
}

async function isOpenIssue(world: World, repository: Repository, number: number): Promise<boolean> {
  if (repository.pulls.has(number)) return false;
  try {
    return (await readIssue(world, repository, number)).state === "open";
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return false;
    throw error;
  }
}
