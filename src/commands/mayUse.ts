import { roleAtLeast } from "../domain/role.ts";
import type { Role } from "../domain/role.ts";
import type { AnyCommandSpec } from "./specs.ts";

/** Somebody who typed a command. `role` is asked live; `isRequester`: the run in question is theirs. */
export interface Actor {
  readonly role: Role;
  readonly isRequester: boolean;
  readonly isBot: boolean;
  readonly repositoryIsPrivate: boolean;
}

export type Permission =
  | { readonly allowed: true }
  /** `needs` completes "… needs": what the person lacks. */
  | { readonly allowed: false; readonly needs: string };

/** Decides whether somebody may give a command. Bots may give none, or two of them could talk for ever. */
export function mayUse(spec: Pick<AnyCommandSpec, "who" | "notRequester">, actor: Actor): Permission {
  if (actor.isBot) return { allowed: false, needs: "a person; bots are not obeyed" };
  const minimum = leastRole(spec, actor.repositoryIsPrivate);
  if (!roleAtLeast(actor.role, minimum)) return { allowed: false, needs: `${minimum} access to this repository` };
  if (spec.notRequester === true && actor.isRequester) {
    return { allowed: false, needs: "somebody other than the person who asked for the run" };
  }
  return { allowed: true };
}

/** The role that a command asks for here. */
export function leastRole(spec: Pick<AnyCommandSpec, "who">, repositoryIsPrivate: boolean): Role {
  if (spec.who === "reader") return repositoryIsPrivate ? "read" : "triage";
  return spec.who;
}
