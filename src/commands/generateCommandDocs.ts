import { argumentsOf, commandNames, specs } from "./specs.ts";
import type { AnyCommandSpec } from "./specs.ts";

const AUDIENCE: Readonly<Record<AnyCommandSpec["who"], string>> = {
  reader: "read on private repositories, triage on public ones",
  triage: "triage",
  write: "write",
  maintain: "maintain",
};

/** The reference of all commands, as Markdown. */
export function generateCommandDocs(): string {
  const all: readonly AnyCommandSpec[] = commandNames.map((name) => specs[name]);
  return [INTRODUCTION, "## All commands", table(all), ...all.map(section)].join("\n\n").concat("\n");
}

const INTRODUCTION = `# Commands

<!-- Written by \`npm run docs\` from src/commands/. Do not edit. -->

Type \`/autopack <verb>\` (or \`@<app name> <verb>\`) at the start of a line of a new comment, one command a line, at most ten a
comment; they are obeyed in order. Options are \`key=value\` or \`key="two words"\`, and an argument that has its place may be
given by its name as well (\`phase=3\`). In quotes, lists, code, headings, tables, links and HTML a command is only talked
about; editing a comment does nothing. On a run's own pull request \`/retry\` is enough for \`/autopack retry\`, unless the
configuration says \`commands.bare: false\`.

Every command is answered: 👀 when it is received, then 🚀 when it started a run, or 👍 when it is done; 😕 when it is not
understood, with what was probably meant; 👎 when it is refused, with the reason and who may. The permission is asked of
GitHub at that moment, as the role somebody has in the repository. Bots are not obeyed. On pull requests that are not
Autopack's own, those from forks among them, nothing is run.

## Steering a run

- **See first what would happen**: \`/autopack plan\` on the issue, then \`/autopack run\`, or the label \`autopack\`.
- **Find out what is missing**: \`/autopack why\` lists each unmet condition of the merge with who can clear it and how;
  \`/autopack explain 2\` tells what happened in a phase.
- **Have something changed**: \`/autopack fix …\` on the pull request, or a review that asks for changes; both add a phase.
- **Stop and go on**: \`pause\` and \`resume\`; \`hold\` and \`unhold\` where it must not be merged either; \`cancel\` for good.
- **Go back**: \`rollback\` to a checkpoint: the commit of a landed phase, or \`base\`.
- **Decide**: \`approve\`, \`skip\`, \`override\`, \`budget\`, \`promote\`. What asks for a reason keeps it in the history.`;

function table(all: readonly AnyCommandSpec[]): string {
  const rows = all.map((spec) => `| \`${spec.usage}\` | ${where(spec)} | ${who(spec)} | ${spec.summary} |`);
  return ["| command | where | who | what |", "| --- | --- | --- | --- |", ...rows].join("\n");
}

function section(spec: AnyCommandSpec): string {
  const args = argumentsOf(spec).map(argumentLine);
  const examples = ["```text", ...spec.examples, "```"].join("\n");
  return [
    `## ${spec.name}`,
    `\`${spec.usage}\``,
    spec.summary,
    `Who: ${who(spec)}. Where: ${where(spec)}.`,
    ...(args.length > 0 ? [args.join("\n")] : []),
    examples,
  ].join("\n\n");
}

function argumentLine([key, argument]: ReturnType<typeof argumentsOf>[number]): string {
  const { form, required, summary, expects } = argument;
  if (form === "flag") return `- \`${key}\` (optional): ${summary}`;
  return `- \`${form === "option" ? `${key}=` : key}\`${required ? "" : " (optional)"}: ${expects}. ${summary}`;
}

function where(spec: AnyCommandSpec): string {
  return spec.where.map((place) => (place === "issue" ? "issue" : "pull request")).join(", ");
}

function who(spec: AnyCommandSpec): string {
  return spec.notRequester === true
    ? `${AUDIENCE[spec.who]}; not the person who asked for the run`
    : AUDIENCE[spec.who];
}
