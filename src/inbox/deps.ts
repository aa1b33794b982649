import type { Logger } from "pino";
import type { DeliveryId } from "../domain/ids.ts";
import type { Policy } from "../domain/strategy/overrides.ts";
import type { Clock } from "../ports/clock.ts";
import type { Forge, Forges } from "../ports/forge.ts";
import type { Store } from "../store/store.ts";

/** What the handling of one webhook may use. `forge` is the installation's that sent it. */
export interface InboxDeps {
  readonly store: Store;
  readonly forge: Forge;
  readonly forges: Forges;
  readonly clock: Clock;
  readonly log: Logger;
  /** The operator's ceilings. */
  readonly policy: Policy;
  readonly deliveryId: DeliveryId;
}
