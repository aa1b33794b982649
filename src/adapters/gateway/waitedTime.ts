interface Span {
  readonly from: number;
  readonly to: number;
}

/** Time in which calls waited. Waits side by side count once. Times are in milliseconds of one clock. */
export interface WaitedTime {
  /** A wait that begins now; `end` it. */
  begin(from: number): { end(at: number): void };
  /** A wait that is over. */
  add(from: number, to: number): void;
  until(now: number): number;
}

export function waitedTime(): WaitedTime {
  let past: readonly Span[] = [];
  const open = new Set<{ readonly from: number }>();
  const add = (from: number, to: number): void => {
    past = merged([...past, { from, to }]);
  };
  return {
    begin(from) {
      const wait = { from };
      open.add(wait);
      return {
        end(at) {
          if (open.delete(wait)) add(from, at);
        },
      };
    },
    add,
    until(now) {
      const spans = merged([...past, ...[...open].map(({ from }) => ({ from, to: now }))]);
      return spans.reduce((sum, { from, to }) => sum + (to - from), 0);
    },
  };
}

function merged(spans: readonly Span[]): readonly Span[] {
  const result: Span[] = [];
  for (const span of spans.filter(({ from, to }) => to > from).toSorted((left, right) => left.from - right.from)) {
    const last = result.at(-1);
    if (last === undefined || span.from > last.to) result.push(span);
    else result[result.length - 1] = { from: last.from, to: Math.max(last.to, span.to) };
  }
  return result;
}
