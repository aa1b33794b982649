import { z } from "zod";
import type { Forge, LabelView } from "../../ports/forge.ts";
import { ANYTHING, ask } from "./githubRepository.ts";
import type { GithubRepository } from "./githubRepository.ts";

/** The colour of a label that GitHub made because an issue was given one the repository lacked. */
const UNPAINTED = "ededed";

const listed = z.array(z.object({ name: z.string(), color: z.string(), description: z.string().nullish() }));

/** Labels of one repository's issues. */
export function labels(repository: GithubRepository): Pick<Forge, "addLabels" | "removeLabel"> {
  const { octokit, owner, repo } = repository;
  return {
    addLabels: async (number, wanted) => {
      const names = wanted.map((label) => label.name);
      const all = await ask(repository, {
        doing: `labelling #${number}`,
        send: async () => octokit.rest.issues.addLabels({ owner, repo, issue_number: number, labels: names }),
        answer: listed,
      });
      for (const label of wanted) if (isUnpainted(label, all)) await paint(repository, label);
    },

    removeLabel: async (number, name) => {
      await ask<unknown>(repository, {
        doing: `taking the label ${name} off #${number}`,
        send: async () => octokit.rest.issues.removeLabel({ owner, repo, issue_number: number, name }),
        answer: z.unknown(),
        refused: ({ status }) => (status === 404 || status === 410 ? null : undefined),
      });
    },
  };
}

/**
 * GitHub makes missing labels by itself, in grey, and its answer shows which: so that a label is only given its looks where
 * it was new, and looking costs no call.
 */
function isUnpainted({ name }: LabelView, all: z.infer<typeof listed>): boolean {
  const made = all.find((label) => label.name.toLowerCase() === name.toLowerCase());
  return made !== undefined && made.color.toLowerCase() === UNPAINTED && (made.description ?? "") === "";
}

async function paint(repository: GithubRepository, { name, color, description }: LabelView): Promise<void> {
  const { octokit, owner, repo } = repository;
  await ask(repository, {
    doing: `giving the label ${name} its colour`,
    send: async () => octokit.rest.issues.updateLabel({ owner, repo, name, color, description }),
    answer: ANYTHING,
  });
}
