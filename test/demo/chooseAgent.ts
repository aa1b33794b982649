import { REAL_AGENTS } from "./demoAgents.ts";
import type { RealAgent } from "./demoAgents.ts";
import type { AgentName } from "./options.ts";

/** Who builds in this demo, as far as it can be said without asking. */
export type AgentChoice =
  | { readonly kind: "scripted" }
  | { readonly kind: "real"; readonly agent: RealAgent }
  /** Money would be spent: somebody has to say so first. */
  | { readonly kind: "ask"; readonly agent: RealAgent }
  | { readonly kind: "invalid"; readonly message: string };

export interface Wishes {
  /** By `--agent`. */
  readonly agent: AgentName | null;
  /** `--yes`: nobody wants to be asked. */
  readonly yes: boolean;
  /** Somebody is there who can be asked. */
  readonly interactive: boolean;
}

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * A real agent where one was named, or where there is a key and somebody says yes; the scripted one otherwise. A key that
 * merely lies in the environment spends nothing.
 */
export function chooseAgent({ agent, yes, interactive }: Wishes, variables: Variables): AgentChoice {
  if (agent === "scripted") return { kind: "scripted" };
  if (agent !== null) return named(agent, variables);
  const offered = REAL_AGENTS.find((one) => hasKey(one, variables));
  if (offered === undefined || !interactive) return { kind: "scripted" };
  return { kind: yes ? "real" : "ask", agent: offered };
}

function named(name: RealAgent["backend"], variables: Variables): AgentChoice {
  const agent = REAL_AGENTS.find(({ backend }) => backend === name);
  if (agent === undefined) return { kind: "invalid", message: `There is no agent “${name}”.` };
  if (hasKey(agent, variables)) return { kind: "real", agent };
  return { kind: "invalid", message: `${agent.title} needs a key: set ${agent.keyVariable}.` };
}

function hasKey({ keyVariable }: RealAgent, variables: Variables): boolean {
  return (variables[keyVariable] ?? "").trim() !== "";
}
