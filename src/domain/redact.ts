/** What stands in for a secret. Shorter than any secret, so that redacting always ends and nothing new appears. */
export const REDACTED = "•••";

const MIN_SECRET_LENGTH = 6;

/** Shapes of secrets: what matches is replaced, but for a first group, which is kept. */
const SHAPES: readonly RegExp[] = [
  // GitHub: personal, OAuth, user-to-server, server-to-server, refresh, fine-grained.
  /\bgh[pousr]_\w{20,}/g,
  /\bgithub_pat_\w{20,}/g,
  // A password in an address, x-access-token among them.
  /(:\/\/[^\s:/@]*:)[^\s@/]{4,}(?=@)/g,
  /(\bx-access-token:)[^\s@/"']{4,}/g,
  // Headers, as sent and as JSON.
  /(\bauthorization["']?\s*[:=]\s*["']?(?:bearer|basic|token)\s+)[^\s"',]{4,}/gi,
  /(\bx-(?:api|goog-api)-key["']?\s*[:=]\s*["']?)[^\s"',]{4,}/gi,
  // OpenAI, Anthropic and their like. A digit is asked for, so that no hyphenated words match.
  /\bsk-(?=[\w-]*\d)[\w-]{20,}/g,
  /\b[sr]k_(?:live|test)_\w{16,}/g,
  /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g,
  /\bxox[a-z]-[A-Za-z0-9-]{10,}/g,
  /\bAIza[\w-]{30,}/g,
  /\bnpm_[A-Za-z0-9]{30,}/g,
  /\bglpat-[\w-]{20,}/g,
  /\bhf_[A-Za-z0-9]{30,}/g,
  /\bpypi-[\w-]{40,}/g,
  // JSON web tokens.
  /\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}/g,
  // Private keys, in lines or with written-out line ends, cut short or whole.
  /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----(?:[^]{0,20000}?-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----|[A-Za-z0-9+/=\s\\]*)/g,
];

/**
 * Takes secrets out of text that people or agents will read: those known by value, in each form they may be written in,
 * and whatever has the shape of a token. Known values of fewer than 6 characters are left, as they would hit words.
 *
 * Repeating it changes nothing.
 */
export function redact(text: string, secrets: readonly string[]): string {
  const known = knownValues(secrets);
  let before: string;
  let after = text;
  // Again until nothing changes: what is left and right of a secret may be one when it is gone.
  do {
    before = after;
    after = redactOnce(before, known);
  } while (after !== before);
  return after;
}

function redactOnce(text: string, known: RegExp | null): string {
  const withoutKnown = known === null ? text : text.replaceAll(known, REDACTED);
  return SHAPES.reduce(
    (rest, shape) => rest.replaceAll(shape, (_, kept) => `${typeof kept === "string" ? kept : ""}${REDACTED}`),
    withoutKnown,
  );
}

function knownValues(secrets: readonly string[]): RegExp | null {
  const forms = new Set(secrets.flatMap(parts).flatMap(formsOf));
  if (forms.size === 0) return null;
  // Longest first: a form may be part of another.
  const sorted = [...forms].toSorted((left, right) => right.length - left.length);
  return new RegExp(sorted.map((form) => escaped(form)).join("|"), "g");
}

/** A key of several lines is also known by each line: logs break it up. Its first and last line are no secret. */
function parts(secret: string): readonly string[] {
  const lines = secret.split(/\r?\n/).filter((line) => line.length >= 20 && !line.startsWith("-----"));
  return [secret.trim(), ...lines].filter((part) => part.length >= MIN_SECRET_LENGTH);
}

function formsOf(secret: string): readonly string[] {
  const url = encodeURIComponent(secret.toWellFormed());
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    url,
    url.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    ...base64Forms(secret),
  ].filter((form) => form.length >= MIN_SECRET_LENGTH);
}

/**
 * The secret as base64, alone and as part of something longer (`user:secret`). Base64 packs three bytes at a time, so
 * inside something longer it has one of three spellings; characters it shares with its neighbours are left out.
 */
function base64Forms(secret: string): readonly string[] {
  const bytes = String.fromCharCode(...new TextEncoder().encode(secret));
  const inside = [0, 1, 2].map((offset) => {
    const text = btoa("\0".repeat(offset) + bytes);
    return text.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
  });
  const forms = [btoa(bytes), ...inside.filter((form) => form.length >= 8)];
  return forms.flatMap((form) => [form, form.replaceAll("+", "-").replaceAll("/", "_")]);
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
}
