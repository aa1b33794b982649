import { z } from "zod";
import type { CheckAnnotation, CheckRun } from "../../domain/checkRun.ts";
import type { Forge } from "../../ports/forge.ts";
import { ask } from "./githubRepository.ts";
import type { GithubRepository } from "./githubRepository.ts";

/** Annotations GitHub takes in one request. */
const BATCH = 50;

const written = z.object({
  id: z.int(),
  output: z.object({ annotations_count: z.int().nullish() }).nullish(),
});

const found = z.object({
  check_runs: z.array(
    z.object({
      id: z.int(),
      external_id: z.string().nullish(),
      app: z.object({ slug: z.string().nullish() }).nullish(),
    }),
  ),
});

/** Check runs of one repository. */
export function checks(repository: GithubRepository): Pick<Forge, "createCheck" | "updateCheck" | "findCheck"> {
  const { octokit, owner, repo } = repository;
  return {
    createCheck: async (check) => {
      const made = await ask(repository, {
        doing: `creating the check run ${check.name}`,
        send: async () =>
          octokit.rest.checks.create({
            owner,
            repo,
            head_sha: check.sha,
            ...content(check, check.annotations.slice(0, BATCH)),
          }),
        answer: written,
      });
      await addAnnotations(repository, made.id, { check, from: BATCH });
      return made.id;
    },

    updateCheck: async (id, check) => {
      const now = await ask<z.infer<typeof written> | null>(repository, {
        doing: `updating the check run ${check.name}`,
        send: async () => octokit.rest.checks.update({ owner, repo, check_run_id: id, ...content(check, []) }),
        answer: written,
        refused: ({ status }) => (status === 404 ? null : undefined),
      });
      if (now === null) return "gone";
      // A check run whose maker died between two batches has some of them.
      await addAnnotations(repository, id, { check, from: now.output?.annotations_count ?? check.annotations.length });
      return "written";
    },

    findCheck: async ({ sha, name, externalId }) => {
      const slug = (await repository.botLogin()).replace(/\[bot\]$/, "");
      const { check_runs: runs } = await ask(repository, {
        doing: `looking for the check run ${name}`,
        send: async () =>
          octokit.rest.checks.listForRef({ owner, repo, ref: sha, check_name: name, filter: "all", per_page: 100 }),
        answer: found,
      });
      const own = runs.find((run) => run.external_id === externalId && (run.app?.slug ?? slug) === slug);
      return own?.id ?? null;
    },
  };
}

/** GitHub adds what it is sent to what is there: each annotation is sent once. */
async function addAnnotations(
  repository: GithubRepository,
  id: number,
  rest: { readonly check: CheckRun; readonly from: number },
): Promise<void> {
  const { octokit, owner, repo } = repository;
  const { check } = rest;
  for (let from = rest.from; from < check.annotations.length; from += BATCH) {
    const batch = check.annotations.slice(from, from + BATCH);
    await ask(repository, {
      doing: `annotating the check run ${check.name}`,
      send: async () => octokit.rest.checks.update({ owner, repo, check_run_id: id, ...content(check, batch) }),
      answer: written,
    });
  }
}

function content(check: CheckRun, annotations: readonly CheckAnnotation[]) {
  const { title, summary, text, name, externalId, status, conclusion, actions } = check;
  const head = {
    name,
    external_id: externalId,
    // Always sent, so that buttons whose time is over go away.
    actions: actions.map(({ label, identifier, description }) => ({ label, identifier, description })),
    output: { title, summary, text, annotations: annotations.map(annotationJson) },
  };
  return conclusion === null ? { ...head, status } : { ...head, status, conclusion };
}

function annotationJson({ path, startLine, endLine, level, title, message }: CheckAnnotation) {
  return { path, start_line: startLine, end_line: endLine, annotation_level: level, title, message };
}
