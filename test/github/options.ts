import type { Permissions, Role } from "./actor.ts";
import type { Content } from "./seed.ts";

export type RepositoryOptions = Content & {
  readonly name: string;
  /** The installation's account unless told. */
  readonly owner?: string;
  readonly private?: boolean;
  /** Whether the app is installed there; so it is, unless told or the owner is somebody else. */
  readonly installed?: boolean;
  readonly description?: string;
  /** `owner/name` of an earlier one, whose history it shares; its own content is not used. */
  readonly forkOf?: string;
};

export interface GitHubOptions {
  readonly app?: {
    readonly id?: number;
    readonly slug?: string;
    readonly name?: string;
    /** PEM; one is made for the process unless told. */
    readonly privateKey?: string;
    readonly webhookSecret?: string;
    readonly permissions?: Permissions;
    /** All events unless told. */
    readonly events?: readonly string[];
  };
  /** Whose account the app is installed on: the organisation `acme` unless told. */
  readonly owner?: { readonly login: string; readonly type: "Organization" | "User" };
  /** A role in every repository, or by repository name. Nobody is in a private repository without one. */
  readonly users?: Readonly<Record<string, Role | Readonly<Record<string, Role>>>>;
  /** `widget`, with a README, unless told. */
  readonly repositories?: readonly RepositoryOptions[];
  readonly webhookUrl?: string;
  readonly requestsAnHour?: number;
}
