import type { InboxDeps } from "./deps.ts";
import { lookAtCi } from "./lookAtCi.ts";
import { checkRunCompleted, checkSuiteCompleted, repositoryOf } from "./payloads.ts";

/** A check run has ended. Whoever waits for checks of its commit looks now; what it says is read from GitHub then. */
export async function checkCompleted(raw: unknown, deps: InboxDeps): Promise<void> {
  const payload = checkRunCompleted.parse(raw);
  const { head_sha: sha, app } = payload.check_run;
  if (await isOwn(app?.slug, deps)) return;
  await lookAtCi({ repositoryId: repositoryOf(payload).id, sha }, deps);
}

/** All that an app had to run on a commit has ended: it was, perhaps, between two of its jobs before. */
export async function suiteCompleted(raw: unknown, deps: InboxDeps): Promise<void> {
  const payload = checkSuiteCompleted.parse(raw);
  const { head_sha: sha, app } = payload.check_suite;
  if (await isOwn(app?.slug, deps)) return;
  await lookAtCi({ repositoryId: repositoryOf(payload).id, sha }, deps);
}

async function isOwn(slug: string | null | undefined, { forges }: InboxDeps): Promise<boolean> {
  return `${slug ?? ""}[bot]` === (await forges.botLogin());
}
