import type { Answer } from "../domain/answer.ts";
import type { BacklogEntry } from "../domain/findings/backlogEntry.ts";
import { isSatisfied } from "../domain/phase.ts";
import { acceptedNote } from "./acceptedNote.ts";
import { backlogAnswer } from "./backlogAnswer.ts";
import { commandHelp } from "./commandHelp.ts";
import { explainAnswer } from "./explainAnswer.ts";
import { headline } from "./headline.ts";
import { neededFromPeople } from "./neededFromPeople.ts";
import { planPreview } from "./planPreview.ts";
import type { PlanPreview } from "./planPreview.ts";
import { pongAnswer } from "./pongAnswer.ts";
import type { RunCounts } from "./pongAnswer.ts";
import { linkTo } from "./runView.ts";
import type { RunView } from "./runView.ts";
import { cell, code, inline } from "./safeMarkdown.ts";
import { whyAnswer } from "./whyAnswer.ts";

/** What a command is answered with: always a reaction, and a comment where there is more to say. */
export interface Reply {
  readonly reaction: "+1" | "-1" | "confused" | "rocket";
  /** Markdown, without the hidden marker. */
  readonly body: string | null;
}

/** What answers are made of beside what was asked; only what the answer needs is there. */
export interface AnswerMaterial {
  /** Of the run that the answer is about. */
  readonly view?: RunView;
  readonly backlog?: readonly BacklogEntry[];
  readonly runs?: RunCounts;
  readonly preview?: PlanPreview;
}

/** Finds the words for an answer. */
export function answerBody(answer: Answer, { view, backlog, runs, preview }: AnswerMaterial): Reply {
  switch (answer.kind) {
    case "started":
      return { reaction: "rocket", body: null };
    case "accepted":
      return {
        reaction: "+1",
        body: answer.note === undefined || view === undefined ? null : acceptedNote(answer.note, view.run),
      };
    case "refused":
      return {
        reaction: "-1",
        body: `👎 ${code(answer.what)} from ${cell(answer.by)} is refused: ${sentence(answer.why)}`,
      };
    case "not_understood":
      return { reaction: "confused", body: notUnderstood(answer) };
    case "help":
      return said(commandHelp(answer.verb ?? null));
    case "pong":
      return said(pongAnswer(runs ?? { live: 0, all: 0 }));
    case "status":
      return said(view === undefined ? NO_RUN : status(view));
    case "why":
      return said(view === undefined ? NO_RUN : whyAnswer(view));
    case "explain":
      return said(view === undefined ? NO_RUN : explainAnswer(view, answer.phase));
    case "backlog":
      return said(backlogAnswer(backlog ?? []));
    case "plan":
      return said(preview === undefined ? NO_PLAN : planPreview(preview));
  }
}

const NO_RUN = "There has been no run here yet. The label `autopack`, or `/autopack run` on an issue, starts one.";

const NO_PLAN = "No plan could be made of this issue.";

function said(body: string): Reply {
  return { reaction: "+1", body };
}

function notUnderstood({ text, message, suggestion }: Extract<Answer, { kind: "not_understood" }>): string {
  const hint = suggestion === null ? "`/autopack help` lists the commands." : suggested(text, suggestion);
  return `😕 ${code(text)} was not understood: ${sentence(message)} ${hint}`;
}

/** With the verb that was typed it is an example, with another one a guess. */
function suggested(text: string, suggestion: string): string {
  const verbs = [text, suggestion].map((line) => line.trim().split(/\s+/)[1]?.toLowerCase());
  return verbs[0] === verbs[1] && verbs[1] !== "help"
    ? `For example: ${code(suggestion)}`
    : `Did you mean ${code(suggestion)}?`;
}

function sentence(text: string): string {
  return /[!?]$/.test(text) ? inline(text) : `${inline(text.replace(/\.$/, ""))}.`;
}

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
