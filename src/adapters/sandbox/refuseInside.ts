import { EnvironmentFailure } from "../../domain/failure.ts";
import { INSIDE } from "./inside.ts";

/** Refuses to show a path at its own place where that is a place of the sandbox. */
export function refuseInside(readable: readonly string[]): void {
  const bad = readable.find((path) => path === INSIDE.root || path.startsWith(`${INSIDE.root}/`));
  if (bad === undefined) return;
  throw new EnvironmentFailure(`${bad} cannot be made readable: inside, ${INSIDE.root} is the sandbox's own`);
}
