import { z } from "zod";
import { Failure } from "../domain/failure.ts";
import type { InboxDeps } from "./deps.ts";

/** A webhook is not as GitHub documents it: it will not be the next time either. */
class UnreadablePayload extends Failure {
  readonly retry = "never";

  constructor(cause: z.ZodError) {
    super(`reading a webhook: ${z.prettifyError(cause)}`, { cause });
    this.name = "UnreadablePayload";
  }
}

const ofInstallation = z.object({ installation: z.object({ id: z.int() }) });

/**
 * Hands a webhook's payload to its handler. One that comes from no installation (a hook of a repository that was pointed
 * here) is passed over: nobody could act on it.
 *
 * @throws UnreadablePayload where the payload is not what the handler reads
 */
export async function handlePayload(
  handler: (payload: unknown, deps: InboxDeps) => Promise<void>,
  payload: unknown,
  deps: InboxDeps,
): Promise<void> {
  if (!ofInstallation.safeParse(payload).success) {
    deps.log.info({ delivery: deps.deliveryId }, "webhook of no installation, passed over");
    return;
  }
  try {
    await handler(payload, deps);
  } catch (error) {
    throw error instanceof z.ZodError ? new UnreadablePayload(error) : error;
  }
}
