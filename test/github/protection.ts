import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import type { Requirement } from "./actor.ts";
import { enter, readBody, textParam } from "./api.ts";
import type { Api } from "./api.ts";
import { Problem } from "./problem.ts";
import { fullName } from "./repository.ts";
import type { Repository } from "./repository.ts";
import type { World } from "./world.ts";

const request = z.object({
  required_status_checks: z
    .object({
      strict: z.boolean().default(false),
      contexts: z.array(z.string()).default([]),
      checks: z.array(z.object({ context: z.string(), app_id: z.number().nullish() })).default([]),
    })
    .nullable()
    .default(null),
  enforce_admins: z.boolean().nullable().default(null),
  required_pull_request_reviews: z
    .object({
      required_approving_review_count: z.number().int().min(0).max(6).default(1),
      dismiss_stale_reviews: z.boolean().default(false),
      require_code_owner_reviews: z.boolean().default(false),
    })
    .nullable()
    .default(null),
  restrictions: z.unknown().optional(),
  required_linear_history: z.boolean().default(false),
  allow_force_pushes: z.boolean().nullable().default(null),
  allow_deletions: z.boolean().default(false),
  required_conversation_resolution: z.boolean().default(false),
});

/** The rules of one branch, in the words of the request that set them. */
export type Protection = z.output<typeof request>;
export type ProtectionRequest = z.input<typeof request>;

export function requiredContexts(protection: Protection): readonly string[] {
  const { contexts = [], checks = [] } = protection.required_status_checks ?? {};
  return [...new Set([...contexts, ...checks.map(({ context }) => context)])];
}

const bypassVariable = "STANDIN_PROTECTION_BYPASS";

/** For the git backend: administrators may push where `enforce_admins` is off. */
export function protectionEnvironment(bypass: boolean): Readonly<Record<string, string>> {
  return bypass ? { [bypassVariable]: "1" } : {};
}

/** Sets or lifts the protection of a branch, for the API's merges and, by an `update` hook, for pushes. */
export async function protectBranch(
  repository: Repository,
  branch: string,
  rules: ProtectionRequest | null,
): Promise<void> {
  if (rules === null) repository.protections.delete(branch);
  else repository.protections.set(branch, request.parse(rules));
  const hook = path.join(repository.directory, "hooks", "update");
  if (repository.protections.size === 0) return rm(hook, { force: true });
  await mkdir(path.dirname(hook), { recursive: true });
  await writeFile(hook, updateHook(repository), { mode: 0o755 });
}

function updateHook(repository: Repository): string {
  const cases = [...repository.protections].map(([branch, protection]) => {
    const direct = requiredContexts(protection).length > 0 || protection.required_pull_request_reviews !== null;
    const bypass = protection.enforce_admins === true ? "" : `[ -n "$${bypassVariable}" ] && exit 0; `;
    const flags = `direct=${Number(direct)} force=${Number(protection.allow_force_pushes === true)} del=${Number(protection.allow_deletions)}`;
    return `  'refs/heads/${branch.replaceAll("'", String.raw`'\''`)}') ${bypass}${flags} ;;\n`;
  });
  return `#!/bin/sh
zero=${"0".repeat(40)}
case "$1" in
${cases.join("")}  *) exit 0 ;;
esac
refuse() { echo "GH006: Protected branch update failed for $1. $2" >&2; exit 1; }
if [ "$3" = "$zero" ]; then [ "$del" = 1 ] || refuse "$1" "Cannot delete this branch"; exit 0; fi
if [ "$2" != "$zero" ] && [ "$force" != 1 ] && ! git merge-base --is-ancestor "$2" "$3"; then
  refuse "$1" "Cannot force-push to this branch"
fi
[ "$direct" = 0 ] || refuse "$1" "Changes must be made through a pull request."
`;
}

const read: Requirement = { app: ["administration"], level: "read", role: "admin" };

/** Classic branch protection; rulesets are elsewhere. */
export function protectionRoutes(api: Api, world: World): void {
  const root = "/repos/:owner/:repo/branches/:branch{.+}/protection";

  api.get(root, (c) => {
    const { repository } = enter(world, c, read);
    const branch = textParam(c, "branch");
    const protection = repository.protections.get(branch);
    if (protection === undefined) throw new Problem(404, "Branch not protected");
    return c.json(protectionJson(world, { repository, branch, protection }));
  });

  api.put(root, async (c) => {
    const { repository } = enter(world, c, { ...read, level: "write" });
    const branch = textParam(c, "branch");
    await protectBranch(repository, branch, await readBody(c, request));
    const protection = repository.protections.get(branch);
    return c.json(protection === undefined ? null : protectionJson(world, { repository, branch, protection }));
  });

  api.delete(root, async (c) => {
    const { repository } = enter(world, c, { ...read, level: "write" });
    await protectBranch(repository, textParam(c, "branch"), null);
    return c.body(null, 204);
  });
}

interface ProtectedBranch {
  readonly repository: Repository;
  readonly branch: string;
  readonly protection: Protection;
}

function protectionJson(world: World, { repository, branch, protection }: ProtectedBranch) {
  const url = `${world.origin}/api/v3/repos/${fullName(repository)}/branches/${branch}/protection`;
  const contexts = requiredContexts(protection);
  const checks = contexts.map((context) => ({ context, app_id: null }));
  const reviews = protection.required_pull_request_reviews;
  const strict = protection.required_status_checks?.strict ?? false;
  return {
    url,
    ...(protection.required_status_checks === null
      ? {}
      : { required_status_checks: { url: `${url}/required_status_checks`, strict, contexts, checks } }),
    ...(reviews === null
      ? {}
      : { required_pull_request_reviews: { url: `${url}/required_pull_request_reviews`, ...reviews } }),
    enforce_admins: { url: `${url}/enforce_admins`, enabled: protection.enforce_admins === true },
    required_linear_history: { enabled: protection.required_linear_history },
    allow_force_pushes: { enabled: protection.allow_force_pushes === true },
    allow_deletions: { enabled: protection.allow_deletions },
    required_conversation_resolution: { enabled: protection.required_conversation_resolution },
    required_signatures: { url: `${url}/required_signatures`, enabled: false },
    block_creations: { enabled: false },
    lock_branch: { enabled: false },
    allow_fork_syncing: { enabled: false },
  };
}
