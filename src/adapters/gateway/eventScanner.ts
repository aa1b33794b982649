const LINE_END = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const DATA = Buffer.from("data:");

/** Bytes of one event that are read; of what is larger only the size counts. */
const MAX_EVENT_BYTES = 32 * 1024 * 1024;

/** Looks at server-sent events that pass by, in chunks as they come. */
export interface EventScanner {
  /**
   * Calls `onData` with the data of each event that ends in this chunk, with the number of its bytes that belong to events
   * until then. Stops, and gives that number, as soon as `onData` says true; null when it never does.
   */
  scan(chunk: Buffer): number | null;
}

export function eventScanner(onData: (data: string) => boolean): EventScanner {
  let line: Buffer[] = [];
  let lineBytes = 0;
  let data: string[] = [];

  /** Takes a whole line, without its end; whether it ended an event that was the last one to look at. */
  function take(last: Buffer): boolean {
    const whole = line.length === 0 ? last : Buffer.concat([...line, last]);
    line = [];
    lineBytes = 0;
    const end = whole.at(-1) === CARRIAGE_RETURN ? whole.length - 1 : whole.length;
    if (end === 0) return endEvent();
    if (whole.subarray(0, DATA.length).equals(DATA)) data.push(whole.toString("utf8", DATA.length, end));
    return false;
  }

  function endEvent(): boolean {
    if (data.length === 0) return false;
    const text = data.join("\n");
    data = [];
    return onData(text);
  }

  function keep(part: Buffer): void {
    lineBytes += part.length;
    if (part.length > 0 && lineBytes <= MAX_EVENT_BYTES) line.push(part);
  }

  return {
    scan(chunk) {
      let from = 0;
      for (let end = chunk.indexOf(LINE_END); end !== -1; end = chunk.indexOf(LINE_END, from)) {
        const isLast = take(chunk.subarray(from, end));
        from = end + 1;
        if (isLast) return from;
      }
      keep(chunk.subarray(from));
      return null;
    },
  };
}
