import type { ProbotOctokit } from "probot";
import { z } from "zod";
import type { DeliveryId } from "../../domain/ids.ts";
import type { LoggedDelivery } from "../../ports/survey.ts";
import { githubFailure, readAnswer } from "./githubFailure.ts";

const PER_PAGE = 100;

const logged = z
  .object({
    // Octokit reads numbers that JavaScript cannot hold as `bigint`.
    id: z.union([z.int(), z.bigint()]),
    guid: z.guid(),
    delivered_at: z.iso.datetime(),
    event: z.string().min(1),
    action: z.string().nullable(),
    installation_id: z.int().nullable(),
    repository_id: z.int().nullable(),
  })
  .transform((delivery): LoggedDelivery => ({
    loggedId: String(delivery.id),
    // PostgreSQL writes GUIDs in lower case; one form everywhere makes equal ones equal.
    guid: delivery.guid.toLowerCase() as DeliveryId,
    deliveredAt: new Date(delivery.delivered_at),
    event: delivery.event,
    action: delivery.action,
    installationId: delivery.installation_id,
    repositoryId: delivery.repository_id,
  }));
const page = z.array(logged);

/**
 * GitHub's log of the app's webhooks since `since`, newest first. It goes back three days. One call for each 100; `octokit` is
 * to be authenticated as the app.
 */
export async function readDeliveries(octokit: ProbotOctokit, since: Date): Promise<readonly LoggedDelivery[]> {
  const found: LoggedDelivery[] = [];
  let cursor: string | undefined;
  try {
    for (;;) {
      const { data, headers } = await octokit.request("GET /app/hook/deliveries", {
        per_page: PER_PAGE,
        ...(cursor === undefined ? {} : { cursor }),
      });
      const some = page.parse(data);
      const within = some.filter(({ deliveredAt }) => deliveredAt >= since);
      found.push(...within);
      cursor = nextCursor(headers.link);
      if (cursor === undefined || within.length < some.length) return found;
    }
  } catch (error) {
    throw githubFailure(error, "reading GitHub's log of webhooks");
  }
}

/** Asks GitHub to send a delivery again, under its own GUID. It says only that it will. */
export async function redeliver(octokit: ProbotOctokit, loggedId: string): Promise<"asked" | "gone"> {
  try {
    await octokit.request(`POST /app/hook/deliveries/${loggedId}/attempts`);
    return "asked";
  } catch (error) {
    const answer = readAnswer(error);
    // 400 and 422: it was sent to an installation, or an address, that is not there any more.
    if (answer?.answered === true && [400, 404, 422].includes(answer.status)) return "gone";
    throw githubFailure(error, `asking for the webhook ${loggedId} once more`);
  }
}

function nextCursor(link: string | undefined): string | undefined {
  const next = link?.split(",").find((one) => one.includes('rel="next"'));
  const address = /<([^>]+)>/.exec(next ?? "")?.[1];
  return address === undefined ? undefined : (new URL(address).searchParams.get("cursor") ?? undefined);
}
