type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The first wait before a model is asked again, in milliseconds; each further one is twice as long. */
const FIRST_MS = 1000;
const LONGEST_MS = 30_000;

/** Gemini says it in the body. */
const RETRY_DELAY = /"retryDelay"\s*:\s*"(\d{1,6}(?:\.\d{1,9})?)s"/;

/** What the provider asks to wait, in milliseconds; null when it does not say. */
export function askedDelay({
  headers,
  body,
  now,
}: {
  readonly headers: Headers;
  readonly body: string;
  readonly now: Date;
}): number | null {
  const milliseconds = numberIn(headers["retry-after-ms"]);
  if (milliseconds !== null) return milliseconds;
  const seconds = numberIn(headers["retry-after"]);
  if (seconds !== null) return seconds * 1000;
  const date = dateIn(headers["retry-after"]);
  if (date !== null) return Math.max(0, date - now.getTime());
  const told = RETRY_DELAY.exec(body)?.[1];
  return told === undefined ? null : Number(told) * 1000;
}

function numberIn(value: string | readonly string[] | undefined): number | null {
  return typeof value === "string" && /^\d{1,9}(?:\.\d{1,9})?$/.test(value.trim()) ? Number(value) : null;
}

/** As HTTP writes dates. A parser of dates reads numbers as years. */
function dateIn(value: string | readonly string[] | undefined): number | null {
  if (typeof value !== "string" || !value.endsWith("GMT")) return null;
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : date;
}

/** The wait after so many failures in a row, from 1. `random` is from 0 to 1: calls side by side come back one after the other. */
export function ownDelay(failures: number, random: number): number {
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** (failures - 1)) * (0.75 + random / 2);
}
