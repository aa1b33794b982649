import { CONFIG_PATHS } from "../config/readConfig.ts";
import type { SourceFile } from "../config/sourceFile.ts";
import type { Sha } from "../domain/ids.ts";
import type { Repository } from "../domain/repository.ts";
import { PROMPTS_FOLDER } from "../prompts/readPromptOverrides.ts";
import type { Git } from "../ports/git.ts";

interface Place {
  readonly sha: Sha;
  readonly git: Pick<Git, "readFile" | "listFiles">;
}

export async function configFiles(repository: Repository, place: Place): Promise<readonly SourceFile[]> {
  return filesAt(repository, CONFIG_PATHS, place);
}

/** The repository's own words for agents. */
export async function promptFiles(repository: Repository, place: Place): Promise<readonly SourceFile[]> {
  const files = await place.git.listFiles(repository, { sha: place.sha, under: PROMPTS_FOLDER.replace(/\/$/, "") });
  return filesAt(repository, files, place);
}

/** The task lists of all specifications there are. */
export async function taskFiles(repository: Repository, place: Place): Promise<readonly SourceFile[]> {
  const files = await place.git.listFiles(repository, { sha: place.sha, under: "specs" });
  return filesAt(
    repository,
    files.filter((path) => /^specs\/[^/]+\/tasks\.md$/.test(path)),
    place,
  );
}

/** Those of the files that are there, as text. */
export async function filesAt(
  repository: Repository,
  paths: readonly string[],
  { sha, git }: Place,
): Promise<readonly SourceFile[]> {
  const texts = await Promise.all(
    paths.map(async (path) => ({ path, text: await git.readFile(repository, { sha, path }) })),
  );
  return texts.flatMap(({ path, text }) => (text === null ? [] : [{ path, text }]));
}
