/** A line of an event stream may hold a whole file that a tool has read. */
const MAX_LINE_CHARS = 4 * 1024 * 1024;

export interface LineSplitter {
  add(chunk: string): void;
  /** Passes on the last line, which may have no end. */
  end(): void;
}

/**
 * Cuts output into lines, without their ends. A line beyond four million characters is passed on as its beginning, once, so that a
 * stream without line ends does not fill the memory.
 */
export function splitLines(onLine: (line: string) => void, maxChars: number = MAX_LINE_CHARS): LineSplitter {
  let parts: string[] = [];
  let length = 0;
  const take = (text: string) => {
    const kept = text.slice(0, maxChars - length);
    if (kept !== "") parts.push(kept);
    length += kept.length;
  };
  const flush = () => {
    const line = parts.join("");
    parts = [];
    length = 0;
    onLine(line.endsWith("\r") ? line.slice(0, -1) : line);
  };
  return {
    add: (chunk) => {
      const pieces = chunk.split("\n");
      for (const piece of pieces.slice(0, -1)) {
        take(piece);
        flush();
      }
      take(pieces.at(-1) ?? "");
    },
    end: () => {
      if (length > 0) flush();
    },
  };
}
