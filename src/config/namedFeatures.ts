const TASKS_FILE = /^specs\/([^/]+)\/tasks\.md$/;
/** How Spec Kit names a feature's folder: distinctive enough to be found in prose. */
const NUMBERED = /^\d{3,}-/;

/**
 * Which of these `specs/<feature>/tasks.md` an issue's text names: as `specs/<feature>`, or by the folder's name alone
 * where that begins with a number (`001-photo-albums`).
 */
export function namedFeatures<File extends { readonly path: string }>(
  text: string,
  files: readonly File[],
): readonly File[] {
  return files.filter(({ path }) => {
    const feature = TASKS_FILE.exec(path)?.[1];
    if (feature === undefined) return false;
    return holdsName(text, `specs/${feature}`) || (NUMBERED.test(feature) && holdsName(text, feature));
  });
}

/** Whether `name` stands in the text by itself, not as a part of a longer name. */
function holdsName(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at + 1)) {
    const before = text.charAt(at - 1);
    const after = text.charAt(at + name.length);
    if (!isNamePart(before) && !isNamePart(after)) return true;
  }
  return false;
}

function isNamePart(character: string): boolean {
  return /[\p{L}\p{N}_-]/u.test(character);
}
