import { findDelivery, settleDelivery } from "../store/deliveries.ts";
import type { JobHandler } from "./handler.ts";

/**
 * Hands a stored webhook to the app. A webhook that was handled before is not handled again, and neither is one that comes
 * after a sweep has found out the same.
 */
export const handleDelivery: JobHandler<"handle_delivery"> = async ({ deliveryId }, deps) => {
  const delivery = await findDelivery(deps.store.knex, deliveryId);
  if (delivery?.state !== "received") return;
  if (delivery.isOldNews) return settleDelivery(deps.store.knex, deliveryId, { state: "ignored" });
  await deps.receive({ id: delivery.id, event: delivery.event, payload: delivery.payload });
  await settleDelivery(deps.store.knex, deliveryId, { state: "handled" });
};
