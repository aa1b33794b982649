import { z } from "zod";
import { plainLine } from "../../src/domain/plainText.ts";
import type { Phase } from "../../src/domain/phase.ts";
import type { Run } from "../../src/domain/run.ts";
import type { HistoryLine } from "../../src/store/events.ts";
import type { Tone } from "./progress.ts";
import { count, ordinalNumber } from "./wording.ts";

export interface Note {
  readonly text: string;
  readonly tone: Tone;
}

/** One event in words. */
export interface Telling {
  readonly notes: readonly Note[];
  /** What is being done from now on; null: the same as before. */
  readonly now: string | null;
}

const MAX_LENGTH = 160;

const finding = z.object({ severity: z.enum(["minor", "major"]), title: z.string(), path: z.string().nullish() });

/** What is read of payloads. A long payload is stored cut: then the phase as it is by now has to do. */
const payloads = z.object({
  attemptId: z.string().optional(),
  candidate: z
    .object({
      base: z.string(),
      summary: z.string(),
      filesChanged: z.int(),
      linesAdded: z.int(),
      linesDeleted: z.int(),
    })
    .optional(),
  acceptance: z.object({ reason: z.string(), results: z.array(z.object({ verdict: z.string() })) }).nullish(),
  failure: z.object({ message: z.string() }).optional(),
  findings: z.array(finding).optional(),
  verdict: z
    .object({
      decision: z.enum(["approve", "revise", "escalate"]),
      summary: z.string(),
      findings: z.array(z.object({ title: z.string() })),
    })
    .optional(),
  shortage: z.object({ level: z.string(), measure: z.string() }).optional(),
  pull: z.object({ number: z.int() }).optional(),
  by: z.string().optional(),
  message: z.string().optional(),
});

type Payload = z.infer<typeof payloads>;

/** Whom an event is about, as of then or later; no phase: the run as a whole. */
export interface Subject {
  readonly run: Run;
  readonly phase: Phase | null;
}

/** Tells what one line of a run's history means to somebody who watches. */
export function tellEvent(event: HistoryLine, subject: Subject): Telling {
  const payload = payloads.safeParse(event.payload).data ?? {};
  switch (event.kind) {
    case "attempt_started":
      return telling(
        [],
        startedRole(payload, subject.phase) === "auditor" ? "the Auditor reads the change" : "building",
      );
    case "phase_built":
      return telling(built(payload, subject.phase), "checking: preflight, CI and validators on a clean tree");
    case "checks_passed":
      return telling(passed(payload, subject), "on to the Auditor, or into line for the branch");
    case "checks_failed":
      return telling([note(`CI      red: ${whatFailed(payload, subject.phase)}`, "bad")], "another try is prepared");
    case "candidate_conflicted":
      return telling([note("git     does not fit onto what has landed meanwhile", "warning")], "building it anew");
    case "audit_finished":
      return audited(payload);
    case "attempt_failed":
      return telling([note(sentence(payload.failure?.message ?? "an attempt failed"), "bad")], "trying again");
    case "budget_refused":
      return telling([note(`a cap is reached: ${payload.shortage?.measure} of the ${payload.shortage?.level}`, "bad")]);
    case "phase_integrated":
      return telling([note(landed(subject.phase), "good")]);
    case "phase_unchanged":
      return telling([note("left out: there was nothing to change", "good")]);
    case "pull_opened":
      return telling([note(`GitHub  pull request #${payload.pull?.number}, a draft since the first phase landed`)]);
    case "gates_verified":
      return telling([note("green on the very head, merged with the base as it is", "good")], "marking it ready");
    case "pull_readied":
      return telling([note("ready for review: autopack/promotion is green", "good")], "merging");
    case "pull_merged":
      return telling([note(`merged by ${plainLine(payload.by ?? "", 40)}`, "good")], "tidying up");
    case "merge_refused":
      return telling([note(`GitHub would not merge: ${sentence(payload.message ?? "")}`, "bad")]);
    default:
      return telling([]);
  }
}

function telling(notes: readonly Note[], now: string | null = null): Telling {
  return { notes, now };
}

function note(text: string, tone: Tone = "plain"): Note {
  return { text, tone };
}

function built(payload: Payload, phase: Phase | null): readonly Note[] {
  const candidate = payload.candidate ?? phase?.candidate;
  if (candidate === undefined || candidate === null) return [note("Builder a change")];
  const { summary, filesChanged, linesAdded, linesDeleted } = candidate;
  const size = `${count(filesChanged, "file")}, +${linesAdded} -${linesDeleted}`;
  const noticed = (payload.findings ?? phase?.findings ?? []).map(({ severity, title, path }) =>
    note(
      `Builder noticed, ${severity}: ${sentence(title)}${path ? `, in ${plainLine(path, MAX_LENGTH)}` : ""}`,
      "warning",
    ),
  );
  return [note(`Builder ${size}: ${sentence(summary)}`), ...noticed];
}

function passed(payload: Payload, { run, phase }: Subject): readonly Note[] {
  const acceptance = payload.acceptance === undefined ? phase?.acceptance : payload.acceptance;
  const results = acceptance?.results ?? [];
  const accepted = results.filter(({ verdict }) => verdict === "passed").length;
  const validators = results.length === 0 ? "" : `, ${accepted} of ${count(results.length, "validator")} passed`;
  const wave = run.waves.find(({ phases }) => phase !== null && phases.includes(phase.ordinal));
  const base = payload.candidate?.base ?? phase?.candidate?.base;
  const where = base === wave?.base ? "" : ", on top of what landed meanwhile";
  return [note(`CI      preflight and tests are green${validators}${where}`, "good")];
}

function audited({ verdict }: Payload): Telling {
  const decision = verdict?.decision ?? "approve";
  const said = sentence(verdict?.findings[0]?.title ?? verdict?.summary ?? "");
  switch (decision) {
    case "approve":
      return telling([note("Auditor approves", "good")], "in line for the branch");
    case "revise":
      return telling([note(`Auditor asks for a revision: ${said}`, "warning")], "a revision is prepared");
    case "escalate":
      return telling([note(`Auditor asks for a person: ${said}`, "bad")]);
  }
}

/** The first error in the failing command's output; else what the validators or the command came to. */
function whatFailed({ failure, message }: Payload, phase: Phase | null): string {
  const text = failure?.message ?? message ?? phase?.feedback ?? "";
  const error = /^\s*\[?([A-Z]\w*Error: .+)$/m.exec(text)?.[1];
  return sentence(error ?? text.split("\n")[0] ?? "");
}

function landed(phase: Phase | null): string {
  if (phase?.state.kind !== "complete") return "commit  pushed";
  return `commit  ${phase.state.sha.slice(0, 7)}, the ${ordinalNumber(phase.state.landing)} on the run's branch`;
}

function startedRole({ attemptId }: Payload, phase: Phase | null): string | undefined {
  if (phase === null) return undefined;
  return [...phase.pastAttempts, phase.attempt].find((attempt) => attempt?.id === attemptId)?.role;
}

function sentence(text: string): string {
  const [first = ""] = text.split("\n");
  return plainLine(first, MAX_LENGTH);
}
