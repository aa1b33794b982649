import { stripVTControlCharacters } from "node:util";

const MAX_LINES = 20;
const MAX_CHARS = 2000;
/** Room for lines that end in colours and rewound progress bars. */
const KEPT_CHARS = 4 * MAX_CHARS;

export interface OutputTail {
  add(chunk: string): void;
  /** The last lines as a terminal would have left them: without colours, without what was written over. */
  lines(): string;
}

/** Keeps the end of an output, for a message to people and to the next attempt. */
export function outputTail(): OutputTail {
  let text = "";
  return {
    add: (chunk) => {
      text = (text + chunk).slice(-KEPT_CHARS);
    },
    lines: () => {
      const lines = stripVTControlCharacters(text).split("\n").map(lastWritten);
      return lines.join("\n").trim().split("\n").slice(-MAX_LINES).join("\n").slice(-MAX_CHARS);
    },
  };
}

function lastWritten(line: string): string {
  return line.trimEnd().split("\r").at(-1) ?? "";
}
