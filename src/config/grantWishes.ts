import { isBranchName } from "../domain/branchName.ts";
import type { Settings } from "../domain/settings.ts";
import type { Wishes } from "../domain/wishes.ts";

type GrantedWishes =
  { readonly kind: "ok"; readonly settings: Settings } | { readonly kind: "refused"; readonly message: string };

/** The configuration as a run with these wishes uses it. Whether the base branch is there, only git can tell. */
export function grantWishes(settings: Settings, { base, agent }: Wishes): GrantedWishes {
  if (base !== null && !isBranchName(base))
    return { kind: "refused", message: `\`base\` was to be \`${base}\`, which is no branch that can be built on` };
  const named = { ...settings, baseBranch: base ?? settings.baseBranch };
  if (agent === null) return { kind: "ok", settings: named };
  const builder = Object.hasOwn(settings.alternatives, agent) ? settings.alternatives[agent] : undefined;
  if (builder === undefined)
    return { kind: "refused", message: unknownAgent(agent, Object.keys(settings.alternatives)) };
  return { kind: "ok", settings: { ...named, builder } };
}

function unknownAgent(agent: string, known: readonly string[]): string {
  const names =
    known.length === 0
      ? "the configuration has no `agents.alternatives`"
      : `there are ${known.map((name) => `\`${name}\``).join(", ")}`;
  return `\`agents.alternatives\` has no agent \`${agent}\`: ${names}`;
}
