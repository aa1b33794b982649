import type { Dependency } from "./dependency.ts";
import { lineAt } from "./dependency.ts";

const SECTIONS = ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"] as const;

/** Run by the package manager when the package, or its checkout, is installed. */
const INSTALL_SCRIPTS: ReadonlySet<string> = new Set([
  "preinstall",
  "install",
  "postinstall",
  "prepare",
  "preprepare",
  "postprepare",
  "prepublish",
]);

/** What a package.json asks for. One that is broken asks for nothing: nothing can be installed by it. */
export function readPackageJson(text: string): readonly Dependency[] {
  const manifest = parse(text);
  return SECTIONS.flatMap((section) =>
    Object.entries(stringsOf(manifest[section])).map(([name, spec]): Dependency => ({
      ecosystem: "npm",
      name,
      spec,
      line: lineOf(text, section, name),
    })),
  );
}

/** Its scripts that run at an installation. */
export function installScripts(
  text: string,
): readonly { readonly name: string; readonly run: string; readonly line: number }[] {
  return Object.entries(stringsOf(parse(text)["scripts"]))
    .filter(([name]) => INSTALL_SCRIPTS.has(name))
    .map(([name, run]) => ({ name, run, line: lineOf(text, "scripts", name) }));
}

/** Keys are found as they are usually written; one that is written otherwise is shown at the top. */
function lineOf(text: string, section: string, key: string): number {
  const from = Math.max(0, text.indexOf(JSON.stringify(section)));
  const at = text.indexOf(JSON.stringify(key), from);
  return at === -1 ? 1 : lineAt(text, at);
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}

function stringsOf(value: unknown): Readonly<Record<string, string>> {
  if (!isRecord(value)) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
