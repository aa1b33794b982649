import { textOverlap, wordsOf } from "../waves/similarity.ts";
import { countWords, writtenText } from "./issueWords.ts";
import type { Triage } from "./triage.ts";

export interface TriagedIssue {
  readonly number: number;
  readonly title: string;
  readonly body: string;
}

const MIN_TITLE_WORDS = 3;
/** The share of words in common from which two issues are the same (from the domain rules). */
const DUPLICATE_OVERLAP = 0.85;
/** Fewer distinct words say too little to be compared: two short issues may differ in the one that counts. */
const MIN_COMPARED_WORDS = 20;
/** A name, a path or a number in a short title says what is meant. */
const SPECIFIC = /[`#/_]|\w\.\w|\d|[a-z][A-Z]/;

/**
 * Finds the issues that no agent need be asked about: those that say nothing, and those that say what another one says that is
 * being worked on. Null for all others; in doubt null, because an agent that looks costs less than a person who was turned away.
 */
export function triageForFree(
  issue: TriagedIssue,
  { others }: { readonly others: readonly TriagedIssue[] },
): Triage | null {
  return saysNothing(issue) ?? saysTheSame(issue, others);
}

function saysNothing({ title, body }: TriagedIssue): Triage | null {
  if (countWords(writtenText(body)) > 0) return null;
  const words = countWords(title);
  if (words >= MIN_TITLE_WORDS || (words > 0 && SPECIFIC.test(title))) return null;
  return {
    verdict: "too_vague",
    reason:
      words === 0
        ? "The issue has no text: neither its title nor its body says what is wanted."
        : "The issue has no text beyond its short title, which does not say what is wanted.",
    questions: [
      "What should be different when this is done?",
      "Where does it concern the code: which page, command, function or file?",
      "How would somebody see that it works?",
    ],
    duplicateOf: null,
  };
}

function saysTheSame(issue: TriagedIssue, others: readonly TriagedIssue[]): Triage | null {
  const words = wordsIn(issue);
  if (words.size < MIN_COMPARED_WORDS) return null;
  const twin = others.find(
    (other) =>
      other.number !== issue.number &&
      numbersOf(other) === numbersOf(issue) &&
      textOverlap(words, wordsIn(other)) > DUPLICATE_OVERLAP,
  );
  if (twin === undefined) return null;
  return {
    verdict: "duplicate",
    reason: `Issue #${twin.number} asks for the same in nearly the same words, and a run is working on it.`,
    questions: [`What does this issue ask for that #${twin.number} does not?`],
    duplicateOf: twin.number,
  };
}

function wordsIn({ title, body }: TriagedIssue): ReadonlySet<string> {
  return wordsOf(`${title}\n${writtenText(body)}`);
}

/** Issues made from one mould differ in a version, a date or a number, and are not the same for all that they share. */
function numbersOf({ title, body }: TriagedIssue): string {
  const numbers = `${title}\n${writtenText(body)}`.match(/\d+/g) ?? [];
  return [...new Set(numbers)].toSorted().join(" ");
}
