/** What a scripted agent does in one attempt, in this order. */
export interface Action {
  /** Run by `sh -c` in the checkout: for everything a hostile agent might try. */
  readonly sh?: string;
  /** Files to write; null deletes. */
  readonly edits?: Readonly<Record<string, string | null>>;
  readonly print?: string;
  /** What goes into the result file: JSON, or text as it is. */
  readonly result?: unknown;
  readonly exit?: number;
}

/** Actions by phase (or for every phase under `*`), one after the other; the last one is repeated. */
export type RoleScript = Readonly<Record<string, readonly Action[]>>;

export interface AgentScript {
  readonly builder: RoleScript;
  readonly auditor: RoleScript;
  /** Without one, the configuration names no investigator. */
  readonly investigator?: RoleScript | undefined;
  /** The same for the planner. */
  readonly planner?: RoleScript | undefined;
}

/** The agent itself. It runs in the sandbox and sees nothing but its checkout, its instructions and its own arguments. */
const PROGRAM = `
const fs = require("node:fs"), path = require("node:path"), { spawnSync } = require("node:child_process");
const script = JSON.parse(process.argv[1]);
const context = JSON.parse(fs.readFileSync(process.env.AUTOPACK_CONTEXT, "utf8"));
const role = process.env.AUTOPACK_ROLE;
const actions = script[role][String(context.phase?.ordinal)] ?? script[role]["*"];
const turns = { builder: context.revision_epoch + context.retry_attempt, auditor: context.revision_epoch + context.audit_failures, investigator: context.investigation - 1, planner: context.retry_attempt };
const turn = turns[role] + (context.started_before ?? 0);
const action = actions[Math.min(turn, actions.length - 1)];
if (action.print) console.log(action.print);
for (const [file, text] of Object.entries(action.edits ?? {})) {
  if (text === null) fs.rmSync(file);
  else { fs.mkdirSync(path.dirname(file), { recursive: true }); fs.writeFileSync(file, text); }
}
const shell = action.sh ? spawnSync("sh", ["-c", action.sh], { stdio: "inherit" }) : null;
if (action.result !== undefined) fs.writeFileSync(process.env.AUTOPACK_RESULT, typeof action.result === "string" ? action.result : JSON.stringify(action.result));
process.exitCode = action.exit ?? shell?.status ?? 0;
`;

/** The command line of an agent that follows the script. */
export function agentCommand(script: AgentScript): readonly string[] {
  return ["node", "-e", PROGRAM, JSON.stringify(script)];
}

export function verdict(decision: "approve" | "revise" | "escalate", more: object = {}): Action {
  return {
    result: { verdict: decision, confidence: "high", summary: `the script says ${decision}`, findings: [], ...more },
  };
}
