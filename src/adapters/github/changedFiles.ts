import { Buffer } from "node:buffer";
import { z } from "zod";
import type { Forge } from "../../ports/forge.ts";
import { ask } from "./githubRepository.ts";
import type { GithubRepository } from "./githubRepository.ts";

/** GitHub's largest page. */
const PAGE = 100;
const MAX_PAGES = 3;

const listed = z.array(z.object({ filename: z.string(), previous_filename: z.string().default("") }));

/** A folder is answered with a list. GitHub sends no content above 1 MiB: its encoding is then `none`. */
const content = z.union([
  z.object({ type: z.literal("file"), encoding: z.literal("base64"), content: z.string() }),
  z.unknown().transform(() => null),
]);

/** What pull requests change, read without a clone. */
export function changedFiles(repository: GithubRepository): Pick<Forge, "pullPaths" | "readText"> {
  const { octokit, owner, repo } = repository;

  async function pageOf(number: number, page: number): Promise<z.infer<typeof listed>> {
    return ask(repository, {
      doing: `listing the files of the pull request #${number}`,
      send: async () => octokit.rest.pulls.listFiles({ owner, repo, pull_number: number, per_page: PAGE, page }),
      answer: listed,
    });
  }

  return {
    pullPaths: async (number) => {
      const paths: string[] = [];
      for (let page = 1; page <= MAX_PAGES; page += 1) {
        const files = await pageOf(number, page);
        paths.push(
          ...files.flatMap(({ filename, previous_filename: before }) => [filename, ...(before === "" ? [] : [before])]),
        );
        if (files.length < PAGE) break;
      }
      return paths;
    },

    readText: async ({ sha, path }) => {
      const file = await ask<z.infer<typeof content>>(repository, {
        doing: `reading ${path} at ${sha.slice(0, 7)}`,
        send: async () => octokit.rest.repos.getContent({ owner, repo, path, ref: sha }),
        answer: content,
        refused: ({ status }) => (status === 404 ? null : undefined),
      });
      return file === null ? null : Buffer.from(file.content, "base64").toString("utf8");
    },
  };
}
