import { parseArgs } from "node:util";

export const AGENT_NAMES = ["claude-code", "codex", "gemini", "opencode", "scripted"] as const;
export type AgentName = (typeof AGENT_NAMES)[number];

export interface DemoOptions {
  readonly json: boolean;
  /** Leave everything running afterwards, until a signal. */
  readonly keep: boolean;
  /** Null: nobody named one. */
  readonly agent: AgentName | null;
  /** Do not ask before money is spent. */
  readonly yes: boolean;
}

export type Wish =
  | { readonly kind: "run"; readonly options: DemoOptions }
  | { readonly kind: "help" }
  | { readonly kind: "invalid"; readonly message: string };

export const USAGE = `Usage: npm run demo [-- options]

Takes one labelled issue all the way to a merged pull request, on this machine and without an account: a PostgreSQL, Autopack
and a stand-in for GitHub are started on free ports, with a small project whose tests really run. Five phases in three tiers
are built, three of them side by side; one is sent back by the Auditor, one by the tests. What came of it is then verified
from the outside. Everything is stopped and deleted at the end.

Agents are scripted unless there is a key for real ones: with ANTHROPIC_API_KEY, OPENAI_API_KEY or GEMINI_API_KEY set, the demo says
what a real one would cost and asks. Where nobody can be asked, it uses one only by --agent.

Options:
  --agent <name>  claude-code, codex, gemini or opencode: a real agent, at your expense; scripted: the scripted one
  --yes    use the real agent that there is a key for, without asking
  --keep   leave everything running afterwards for a look, until Ctrl-C
  --json   print nothing on stdout but one line of JSON at the end:
           {state, pull_request, commits, checks, tiers, phases, side_by_side, backlog, api_calls, ms};
           progress goes to stderr
  --help   print this

Exit codes: 0 all is as it should be; 1 it is not, or something failed; 2 wrong usage; 130 interrupted.
`;

/** Reads the command line. */
export function readOptions(argv: readonly string[]): Wish {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        json: { type: "boolean" },
        keep: { type: "boolean" },
        agent: { type: "string" },
        yes: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    });
    if (values.help === true) return { kind: "help" };
    const agent = AGENT_NAMES.find((name) => name === values.agent) ?? null;
    if (agent === null && values.agent !== undefined)
      return { kind: "invalid", message: `--agent takes ${AGENT_NAMES.join(", ")}, not ${values.agent}` };
    const { json = false, keep = false, yes = false } = values;
    return { kind: "run", options: { json, keep, agent, yes } };
  } catch (error) {
    return { kind: "invalid", message: error instanceof Error ? error.message : String(error) };
  }
}
