import { z } from "zod";
import { plainLine } from "../../src/domain/plainText.ts";
import type { Phase } from "../../src/domain/phase.ts";
import type { Run } from "../../src/domain/run.ts";
import type { HistoryLine } from "../../src/store/events.ts";
import type { Tone } from "./progress.ts";

/** One event in words. */
export interface Telling {
  readonly note: { readonly text: string; readonly tone: Tone } | null;
  /** What is being done from now on; null: the same as before. */
  readonly now: string | null;
}

const MAX_LENGTH = 160;

/** What is read of payloads. A long payload is stored cut: then it holds nothing but its beginning. */
const payloads = z.object({
  attemptId: z.string().optional(),
  candidate: z
    .object({ summary: z.string(), filesChanged: z.int(), linesAdded: z.int(), linesDeleted: z.int() })
    .optional(),
  failure: z.object({ message: z.string() }).optional(),
  verdict: z
    .object({
      decision: z.enum(["approve", "revise", "escalate"]),
      summary: z.string(),
      findings: z.array(z.object({ title: z.string() })),
    })
    .optional(),
  evidence: z.array(z.object({ gate: z.string(), conclusion: z.string() })).optional(),
  pull: z.object({ number: z.int() }).optional(),
  by: z.string().optional(),
  message: z.string().optional(),
});

type Payload = z.infer<typeof payloads>;

/** Tells what one line of a run's history means to somebody who watches. `run` is the run after it, or later. */
export function tellEvent(event: HistoryLine, run: Run): Telling {
  const payload = payloads.safeParse(event.payload).data ?? {};
  switch (event.kind) {
    case "attempt_started":
      return telling(null, startedRole(payload, run) === "auditor" ? "the Auditor reads the change" : "building");
    case "phase_built":
      return telling(built(payload), "checking: preflight and CI on a clean tree");
    case "checks_passed":
      return telling({ text: "CI      preflight and tests are green", tone: "good" }, "waiting for the Auditor");
    case "checks_failed":
      return telling({ text: `CI      red: ${whatFailed(payload, run)}`, tone: "bad" }, "another try is prepared");
    case "audit_finished":
      return audited(payload);
    case "attempt_failed":
      return telling({ text: sentence(payload.failure?.message ?? "an attempt failed"), tone: "bad" }, "trying again");
    case "pull_opened":
      return telling({ text: `GitHub  pull request #${payload.pull?.number}, a draft for now`, tone: "plain" }, null);
    case "gates_verified":
      return telling(
        { text: "green on the very head, merged with the base as it is", tone: "good" },
        "marking it ready",
      );
    case "pull_readied":
      return telling({ text: "ready for review: autopack/promotion is green", tone: "good" }, "merging");
    case "pull_merged":
      return telling({ text: `merged by ${plainLine(payload.by ?? "", 40)}`, tone: "good" }, "tidying up");
    case "merge_refused":
      return telling({ text: `GitHub would not merge: ${sentence(payload.message ?? "")}`, tone: "bad" }, null);
    default:
      return telling(null, null);
  }
}

function telling(note: Telling["note"], now: string | null): Telling {
  return { note, now };
}

function built({ candidate }: Payload): Telling["note"] {
  if (candidate === undefined) return { text: "Builder a change", tone: "plain" };
  const { summary, filesChanged, linesAdded, linesDeleted } = candidate;
  const size = `${filesChanged} ${filesChanged === 1 ? "file" : "files"}, +${linesAdded} -${linesDeleted}`;
  return { text: `Builder ${size}: ${sentence(summary)}`, tone: "plain" };
}

function audited({ verdict }: Payload): Telling {
  const decision = verdict?.decision ?? "approve";
  const said = sentence(verdict?.findings[0]?.title ?? verdict?.summary ?? "");
  switch (decision) {
    case "approve":
      return telling({ text: "Auditor approves", tone: "good" }, "committing and pushing");
    case "revise":
      return telling({ text: `Auditor asks for a revision: ${said}`, tone: "warning" }, "a revision is prepared");
    case "escalate":
      return telling({ text: `Auditor asks for a person: ${said}`, tone: "bad" }, null);
  }
}

/** The first error in the failing command's output; else the command. */
function whatFailed({ message }: Payload, run: Run): string {
  const text = message ?? phaseAtWork(run)?.feedback ?? "";
  const error = /^\s*\[?([A-Z]\w*Error: .+)$/m.exec(text)?.[1];
  return sentence(error ?? text.split("\n")[0] ?? "");
}

function phaseAtWork({ phases }: Run): Phase | undefined {
  return phases.find(({ state }) => !["queued", "complete", "skipped"].includes(state.kind));
}

function startedRole({ attemptId }: Payload, { phases }: Run): string | undefined {
  const attempts = phases.flatMap(({ attempt, pastAttempts }) => [
    ...pastAttempts,
    ...(attempt === null ? [] : [attempt]),
  ]);
  return attempts.find(({ id }) => id === attemptId)?.role;
}

function sentence(text: string): string {
  const [first = ""] = text.split("\n");
  return plainLine(first, MAX_LENGTH);
}
