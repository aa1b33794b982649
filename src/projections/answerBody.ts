import { commandNames, specs } from "../commands/specs.ts";
import type { AnyCommandSpec } from "../commands/specs.ts";
import type { Answer } from "../domain/answer.ts";
import { isSatisfied } from "../domain/phase.ts";
import { headline } from "./headline.ts";
import { neededFromPeople } from "./neededFromPeople.ts";
import { linkTo } from "./runView.ts";
import type { RunView } from "./runView.ts";
import { cell, code, inline } from "./safeMarkdown.ts";

/** What a command is answered with: always a reaction, and a comment where there is more to say. */
export interface Reply {
  readonly reaction: "+1" | "-1" | "confused" | "rocket";
  /** Markdown, without the hidden marker. */
  readonly body: string | null;
}

/** Finds the words for an answer. `view` is of the run the answer is about; null where there is none. */
export function answerBody(answer: Answer, view: RunView | null): Reply {
  switch (answer.kind) {
    case "started":
      return { reaction: "rocket", body: null };
    case "accepted":
      return { reaction: "+1", body: null };
    case "refused":
      return {
        reaction: "-1",
        body: `👎 ${code(answer.what)} from ${cell(answer.by)} is refused: ${sentence(answer.why)}`,
      };
    case "not_understood":
      return { reaction: "confused", body: notUnderstood(answer) };
    case "help":
      return { reaction: "+1", body: help() };
    case "status":
      return { reaction: "+1", body: view === null ? NO_RUN : status(view) };
  }
}

const NO_RUN = "There has been no run here yet. The label `autopack`, or `/autopack run` on an issue, starts one.";

function notUnderstood({ text, message, suggestion }: Extract<Answer, { kind: "not_understood" }>): string {
  const hint = suggestion === null ? "`/autopack help` lists the commands." : `Did you mean ${code(suggestion)}?`;
  return `😕 ${code(text)} was not understood: ${sentence(message)} ${hint}`;
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? inline(text) : `${inline(text)}.`;
}

function help(): string {
  const all: readonly AnyCommandSpec[] = commandNames.map((name) => specs[name]);
  const rows = all.map((spec) => `| \`${spec.usage}\` | ${where(spec)} | ${WHO[spec.who]} | ${spec.summary} |`);
  return ["| Command | Where | Who | What |", "|---|---|---|---|", ...rows].join("\n");
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

function status(view: RunView): string {
  const { run } = view;
  const { emoji, words } = headline(run);
  const done = run.phases.filter(isSatisfied).length;
  const lines = [
    `${emoji} **${words}**`,
    ...(run.phases.length === 0 ? [] : [`${done} of ${run.phases.length} phases done`]),
    ...(run.pull === null ? [] : [`pull request [#${run.pull.number}](${linkTo(view, `pull/${run.pull.number}`)})`]),
  ];
  const needed = neededFromPeople(view);
  return `${lines.join(" · ")}${needed === null ? "" : `\n\n**Needed from you:** ${needed}`}`;
}
