import { argumentsOf, commandNames, isCommandName, specs } from "../commands/specs.ts";
import type { AnyCommandSpec } from "../commands/specs.ts";
import { folded } from "./safeMarkdown.ts";

/** All commands, or all there is to know of one of them. A verb that is none is answered with all. */
export function commandHelp(verb: string | null): string {
  return verb !== null && isCommandName(verb) ? one(specs[verb]) : all();
}

function all(): string {
  const rows = commandNames.map((name): string => {
    const spec: AnyCommandSpec = specs[name];
    return `| \`${spec.usage}\` | ${where(spec)} | ${WHO[spec.who]} | ${spec.summary} |`;
  });
  const table = ["| Command | Where | Who | What |", "|---|---|---|---|", ...rows].join("\n");
  return `${table}\n\n\`/autopack help <verb>\` tells more of one of them.`;
}

function one(spec: AnyCommandSpec): string {
  const args = argumentsOf(spec).map(([key, { form, required, expects, summary }]) => {
    const name = form === "option" ? `${key}=` : key;
    const value = form === "flag" ? "" : `${expects}. `;
    return `- \`${name}\`${required ? "" : " (optional)"}: ${value}${summary}`;
  });
  const not = spec.notRequester === true ? ", but not the person who asked for the run" : "";
  return [
    `**\`${spec.usage}\`**`,
    spec.summary,
    `**Who:** ${WHO[spec.who]}${not} · **where:** ${where(spec)}`,
    ...(args.length === 0 ? [] : [args.join("\n")]),
    folded("Examples", ["```text", ...spec.examples, "```"].join("\n")),
  ].join("\n\n");
}

function where({ where: places }: AnyCommandSpec): string {
  return places.map((place) => (place === "issue" ? "issue" : "pull request")).join(", ");
}

const WHO: Readonly<Record<AnyCommandSpec["who"], string>> = {
  reader: "read access (public repositories: triage)",
  triage: "triage access",
  write: "write access",
  maintain: "maintain access",
};
