import { addedLines } from "../../domain/acceptance/addedLines.ts";
import type { Validator } from "../../domain/acceptance/acceptance.ts";
import { plainLine } from "../../domain/plainText.ts";
import { historyOfAttempt } from "../../store/attemptHistory.ts";
import type { Means } from "./acceptanceWork.ts";
import { counted, failed, observation, passed, someOf, unjudged } from "./judgement.ts";
import type { Judgement, Observation } from "./judgement.ts";
import { matchPatterns } from "./matchPatterns.ts";

type PatternValidator = Extract<Validator, { type: "forbidden_patterns" }>;

const MAX_DIFF_BYTES = 64 * 1024 ** 2;
const MAX_MATCHES = 100;

/** A line that is looked through, and what it is called. */
interface Line {
  readonly text: string;
  readonly place: string;
  readonly path: string | null;
  readonly line: number | null;
}

/**
 * Looks for patterns that may not turn up. What matched is not repeated in the result: it may be the very secret that was looked for.
 */
export async function judgePatterns(validator: PatternValidator, means: Means): Promise<Judgement | null> {
  const { patterns } = validator;
  const expected = `none of ${counted(patterns.length, "pattern")} in ${validator.in.map((place) => PLACES[place]).join(" and ")}`;
  const sources = await Promise.all(validator.in.map(async (place) => SOURCES[place](means)));
  const fault = sources.find((source) => typeof source === "string");
  if (typeof fault === "string") return unjudged({ expected }, fault);
  const lines = sources.flatMap((source) => (typeof source === "string" ? [] : source.lines));
  const unread = sources.flatMap((source) => (typeof source === "string" ? [] : source.unread));
  const texts = lines.map(({ text }) => text);
  const found = await matchPatterns({ patterns, texts, maxMatches: MAX_MATCHES }, { signal: means.signal });
  if (means.signal.aborted) return null;
  if (found.kind === "too_slow") return unjudged({ expected }, "the patterns take too long; make them simpler");
  const note = unread.length === 0 ? "" : `; not looked into: ${someOf(unread)}`;
  const looked = `in ${counted(lines.length, "line")}${note}`;
  if (found.matches.length === 0) return passed({ expected }, `none ${looked}`);
  const hits = found.matches.flatMap(({ pattern, text }) => {
    const line = lines[text];
    return line === undefined ? [] : [{ line, pattern: patterns[pattern] ?? "" }];
  });
  const many = found.matches.length >= MAX_MATCHES ? "at least " : "";
  const places = someOf([...new Set(hits.map(({ line }) => line.place))]);
  return failed({ expected }, `${many}${counted(hits.length, "hit")} ${looked}: ${places}`, hits.map(toObservation));
}

const PLACES = { changed_lines: "the lines that the change adds", events: "the attempt's history and output" } as const;

interface Source {
  readonly lines: readonly Line[];
  readonly unread: readonly string[];
}

/** Lines to look through, or why there are none to be had. */
const SOURCES: Readonly<Record<PatternValidator["in"][number], (means: Means) => Promise<Source | string>>> = {
  changed_lines: changedLines,
  events: eventLines,
};

async function changedLines({ work, deps }: Means): Promise<Source | string> {
  const { repository, commit, tree } = work;
  const diff = await deps.git.diff(repository, { from: commit, to: tree, maxBytes: MAX_DIFF_BYTES });
  if (/^\[cut: .*\]\n?$/m.test(diff.slice(-200))) return "the change is too large to be looked through";
  const { lines, binaries } = addedLines(diff);
  const found = lines.map(({ path, line, text }) => {
    const shown = plainLine(path, 300);
    return { text, path: shown, line, place: `${shown}:${line}` };
  });
  return { lines: found, unread: binaries.map((path) => `the binary ${plainLine(path, 300)}`) };
}

async function eventLines({ work, deps }: Means): Promise<Source | string> {
  const { attempt, runId } = work;
  if (attempt === null) return { lines: [], unread: [] };
  const history = await historyOfAttempt(deps.store.knex, runId, attempt.id);
  const events = history.map(({ seq, payload }) => ({ text: JSON.stringify(payload), place: `event ${seq}` }));
  const log = attempt.log === null ? "" : new TextDecoder().decode(await deps.artifacts.get(attempt.log));
  const output = log.split("\n").map((text, index) => ({ text, place: `line ${index + 1} of the output` }));
  const unread = history.filter(({ truncated }) => truncated).map(({ seq }) => `the end of event ${seq}`);
  return { lines: [...events, ...output].map((line) => ({ ...line, path: null, line: null })), unread };
}

function toObservation({ line, pattern }: { readonly line: Line; readonly pattern: string }): Observation {
  const { path, line: number } = line;
  return observation("static_check", `The forbidden pattern \`${pattern}\` turns up`, {
    detail: `In ${line.place}.`,
    path,
    lines: path === null || number === null ? null : { start: number, end: number },
  });
}
