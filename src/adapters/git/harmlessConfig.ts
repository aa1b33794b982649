/** Sections that neither run anything nor change where or how git reads. Identity and branches are set in passing. */
const HARMLESS_SECTIONS = new Set(["user", "branch", "advice", "color", "init", "pull"]);

/**
 * Whether a repository's config still says what it said, apart from settings that can do no harm.
 *
 * Only the plainest form of the syntax is understood; anything cleverer counts as harmful.
 */
export function isHarmlessConfig(text: string | null, original: string): boolean {
  if (text === original) return true;
  const settings = parse(text);
  const expected = parse(original);
  if (settings === null || expected === null) return false;
  const known = new Set(expected);
  return settings.every((setting) => known.has(setting) || HARMLESS_SECTIONS.has(setting.split(/[. ]/, 1)[0] ?? ""));
}

/** `section sub.key=value` lines, or null when a line is not plain. */
function parse(text: string | null): readonly string[] | null {
  if (text === null) return null;
  const settings: string[] = [];
  let section: string | null = null;
  for (const line of text.split("\n").map((raw) => raw.trim())) {
    if (line === "" || /^[#;]/.test(line)) continue;
    const header = /^\[([a-z]+)(?: "([^"\\]*)")?\]$/i.exec(line);
    if (header !== null) {
      section = `${header[1]?.toLowerCase() ?? ""}${header[2] === undefined ? "" : ` ${header[2]}`}`;
      continue;
    }
    const setting = /^([a-z][a-z0-9-]*) *= *(.*)$/i.exec(line);
    if (setting === null || section === null || line.endsWith("\\")) return null;
    settings.push(`${section}.${setting[1]?.toLowerCase() ?? ""}=${setting[2] ?? ""}`);
  }
  return settings;
}
