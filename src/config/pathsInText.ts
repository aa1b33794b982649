import { isPlain } from "../domain/plainText.ts";
import { isRelative } from "./configSchema.ts";

const MAX_PATHS = 50;
const MAX_PATH_LENGTH = 300;

/**
 * Paths that prose names: in backticks, or bare with a folder and an extension, or a folder with its slash at the end.
 *
 * Guesses, in the order in which they stand. Names of products (`Node.js`), packages (`@scope/name`) and links are none.
 */
export function pathsInText(text: string): readonly string[] {
  const inCode = Array.from(text.matchAll(/`([^`\s]+)`/g), ([, inside = ""]) => inside).filter(isPathInCode);
  const bare = text
    .replaceAll(/`[^`]*`/g, " ")
    .split(/[\s,;"'()<>|]+/)
    .map((word) => word.replace(/[.:!?*]+$/, "").replace(/^\*+/, ""))
    .filter(isBarePath);
  const paths = [...inCode, ...bare].map((path) => path.replace(/^\.\//, ""));
  return [...new Set(paths)].filter(isUsable).map(folderAsGlob).slice(0, MAX_PATHS);
}

function isUsable(path: string): boolean {
  return path.length <= MAX_PATH_LENGTH && isPlain(path) && isRelative(path);
}

function isPathInCode(text: string): boolean {
  return /^[\w.*][\w.*@+[\]{},/-]*$/.test(text) && (text.includes("/") || hasExtension(text));
}

function isBarePath(word: string): boolean {
  if (!/^[\w.][\w.@+[\]/-]*$/.test(word) || word.startsWith("www.")) return false;
  if (word.includes("/")) return word.endsWith("/") || hasExtension(word);
  return hasExtension(word) && !/^[A-Z]\w*\.js$/.test(word);
}

/** A name, a dot and letters: `a.ts`, `.gitignore`; not `v1.2`, `e.g` or `U.S`. */
function hasExtension(path: string): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return /(?:..\.[a-z]|.\.[a-z][a-z0-9]|^\.[a-z][a-z0-9])[a-z0-9]{0,11}$/.test(name);
}

function folderAsGlob(path: string): string {
  return path.endsWith("/") ? `${path}**` : path;
}
