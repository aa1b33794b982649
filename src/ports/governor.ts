import type { ApiLimit, ApiRequest } from "../domain/apiRequest.ts";

/** Keeps all workers together within what GitHub allows an installation. */
export interface Governor {
  /**
   * Resolves when a request may be sent. Writes take turns, a short wait for one is slept through. While GitHub wants a pause,
   * nothing may be sent.
   *
   * @throws NotSent where the wait is a long one, with the time to come back
   */
  admit(installationId: number, request: ApiRequest): Promise<void>;
  /** Notes that GitHub wants a pause, for all workers. */
  pause(installationId: number, limit: ApiLimit): Promise<void>;
}

/** For a GitHub that has no limits: nothing waits. */
export const freely: Governor = {
  admit: async () => undefined,
  pause: async () => undefined,
};
