const MAX_KEY_LENGTH = 2000;

/** More than this is not looked at: a hostile output must not cost time. */
const MAX_READ_LENGTH = 20_000;

/** What the supervisor wraps around an error that a Builder did not answer: the error is the same one. */
const WRAPPING = /^The attempt changed nothing in answer to this:\s*/;

/** Colours, links and cursor moves of a terminal. */
// oxlint-disable-next-line eslint/no-control-regex -- escape sequences are made of control characters
const TERMINAL = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g;

const TEMPORARY = String.raw`(?:/private)?/(?:var/folders|var/tmp|tmp|dev/shm)/`;
const IN_PATH = String.raw`[^\s'"\`:,;()[\]<>]`;
const UNIT = String.raw`(?:ns|us|µs|ms|milliseconds?|secs?|seconds?|s|mins?|minutes?|m|hours?|h)`;

/** What differs from try to try, each with what stands for it. In this order; nothing put in matches any of them. */
const CHANGING: readonly (readonly [RegExp, string])[] = [
  // The folders of a temporary path are made up; the name of a file in them is not, unless it lies right at the top.
  [new RegExp(`${TEMPORARY}${IN_PATH}*/(?=${IN_PATH})`, "g"), "<tmp>/"],
  [new RegExp(`${TEMPORARY}${IN_PATH}*`, "g"), "<tmp>"],
  [/\b[a-z]:\\(?:[^\\\s'"]+\\){0,20}temp\\[^\s'"]*/gi, "<tmp>"],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, "<id>"],
  [/\b\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?(?:[.,]\d+)?(?:Z|[+-]\d{2}:?\d{2})?)?(?!\d)/g, "<time>"],
  [/\b\d{1,2}:\d{2}:\d{2}(?:[.,]\d+)?\b/g, "<time>"],
  // Seconds or milliseconds since 1970.
  [/\b1\d{9}(?:\d{3})?(?:\.\d+)?\b/g, "<time>"],
  [/\b0x[0-9a-f]+\b/gi, "<hex>"],
  [/\b(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{7,64}\b/gi, "<hex>"],
  [/\b(pid|ppid|process|thread|worker|port|lines?|column|col|char|offset)(["']?\s{0,3}[:=#]?\s{0,3})\d+\b/gi, "$1$2#"],
  [/\b(node|npm|sh|bash|python3?|ruby|java)([:[] ?)\d+(?=[)\]:])/gi, "$1$2#"],
  [/\b(localhost|\d{1,3}(?:\.\d{1,3}){3}):\d{2,5}\b/gi, "$1:#"],
  [/\b(duration|duration_ms|elapsed|time|took|uptime)(["']?\s{0,3}[:=]?\s{0,3})\d+(?:\.\d+)?/gi, "$1$2#"],
  [new RegExp(String.raw`\b\d+(?:\.\d+)? ?${UNIT}\b`, "gi"), "<duration>"],
  // src/a.ts:12:5, src/a.ts(12,5), and the numbers in the margin of an excerpt.
  [/(\.\w{1,6})[:(]\d+(?:[:,]\d+)?\)?/g, "$1:#"],
  [/^([^\w\n]{0,20})\d+(\s{0,3}\|)/gm, "$1#$2"],
];

/** Lines about what went well. */
const PASSING = /^(?:ok \d|✔|✓|√|PASS(?:ED)?\b|--- PASS)/;

const FAILING = /error|fail|assert|expected|exception|panic|traceback|not ok|✖|✗|×/i;

/**
 * Makes the key by which two errors are the same: the text without what differs from try to try (times, durations,
 * ids, temporary folders, places in files, ports, process numbers), at most 2000 characters of it.
 *
 * Other numbers stay, because `expected 3, got 4` is not `expected 3, got 2`. The key of a key is itself.
 */
export function errorKey(message: string): string {
  const key = simplified(message);
  return key === message ? key : errorKey(key);
}

/** Every change takes digits, slashes or length away for good, so that doing it again comes to an end. */
function simplified(message: string): string {
  const plain = message.slice(0, MAX_READ_LENGTH).replaceAll(TERMINAL, "").replace(WRAPPING, "");
  const steady = CHANGING.reduce((text, [pattern, standIn]) => text.replaceAll(pattern, standIn), plain);
  const lines = steady
    .split(/[\r\n]+/)
    .map((line) => line.replaceAll(/\s+/g, " ").trim())
    .filter((line) => saysSomething(line) && !PASSING.test(line));
  return meaningful(lines.join("\n"), lines).slice(0, MAX_KEY_LENGTH).trim();
}

/** Of a long text, the part that begins with the first line about what went wrong. */
function meaningful(text: string, lines: readonly string[]): string {
  if (text.length <= MAX_KEY_LENGTH) return text;
  const first = lines.findIndex((line) => FAILING.test(line));
  return first === -1 ? text : lines.slice(first).join("\n");
}

/** Rules, arrows and lone stand-ins are decoration. */
function saysSomething(line: string): boolean {
  return /[\p{L}\p{N}]/u.test(line.replaceAll(/<(?:id|time|hex|tmp|duration)>/g, ""));
}
