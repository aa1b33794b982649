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
  return [INTRODUCTION, table(all), ...all.map(section)].join("\n\n").concat("\n");
}

const INTRODUCTION = `# Commands

<!-- Written by \`npm run docs\` from src/commands/. Do not edit. -->

Type \`/autopack <verb>\` (or \`@<app name> <verb>\`) at the start of a line of a new comment, one command a line, at most ten a
comment. Options are \`key=value\` or \`key="two words"\`. In quotes, lists, code, headings, tables, links and HTML a command
is only talked about; editing a comment does nothing. On a run's own pull request \`/retry\` is enough for
\`/autopack retry\`, unless the configuration says \`commands.bare: false\`.

Every command is answered: 👀 when it is received, then 🚀 or 👍; 😕 when it is not understood; 👎 when it is refused, with
the reason. The permission is asked of GitHub at that moment. Bots are not obeyed.`;

function table(all: readonly AnyCommandSpec[]): string {
  const rows = all.map((spec) => `| \`${spec.usage}\` | ${where(spec)} | ${who(spec)} | ${spec.summary} |`);
  return ["| command | where | who | what |", "| --- | --- | --- | --- |", ...rows].join("\n");
}

function section(spec: AnyCommandSpec): string {
  const args = argumentsOf(spec).map(
    ([key, { form, required, summary, expects }]) =>
      `- \`${form === "option" ? `${key}=` : key}\`${required ? "" : " (optional)"}: ${expects}. ${summary}`,
  );
  const examples = ["```text", ...spec.examples, "```"].join("\n");
  return [`## ${spec.name}`, spec.summary, ...(args.length > 0 ? [args.join("\n")] : []), examples].join("\n\n");
}

function where(spec: AnyCommandSpec): string {
  return spec.where.map((place) => (place === "issue" ? "issue" : "pull request")).join(", ");
}

function who(spec: AnyCommandSpec): string {
  return spec.notRequester === true
    ? `${AUDIENCE[spec.who]}; not the person who asked for the run`
    : AUDIENCE[spec.who];
}
