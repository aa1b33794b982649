/**
 * Takes the events of a server-sent event stream out of its text, however it is cut into chunks.
 *
 * Only what this service needs of the standard: events without a name, or named `message`; their data. Comments, ids and
 * retry times are passed over.
 */
export function eventReader(): (chunk: string) => readonly string[] {
  let rest = "";
  let name = "";
  let data: string[] = [];

  /** The data of the event that `line` ends, if it ends one that counts. */
  function readLine(line: string): string | undefined {
    if (line === "") return endEvent();
    const [, field, value = ""] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (field === "event") name = value;
    if (field === "data") data.push(value);
    return undefined;
  }
  function endEvent(): string | undefined {
    const ended = data.length > 0 && (name === "" || name === "message") ? data.join("\n") : undefined;
    name = "";
    data = [];
    return ended;
  }

  return (chunk) => {
    // A carriage return at the very end may be half of a line end.
    const text = rest + chunk;
    const whole = text.endsWith("\r") ? text.slice(0, -1) : text;
    const lines = whole.split(/\r\n|\n|\r/);
    rest = (lines.pop() ?? "") + text.slice(whole.length);
    return lines.map(readLine).filter((event) => event !== undefined);
  };
}
