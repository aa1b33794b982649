import type { Dependency } from "./dependency.ts";

/** `name`, its extras, and what follows: a version, an address, or an environment marker. */
const REQUIREMENT = /^([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*(.*)$/;

/** What a requirements file asks for, line by line. Options (`-r`, `--hash`) ask for nothing themselves. */
export function readRequirements(text: string): readonly Dependency[] {
  return text.split("\n").flatMap((line, index) => {
    const dependency = readRequirement(line, index + 1);
    return dependency === null ? [] : [dependency];
  });
}

/** One requirement as PEP 508 writes it, or null. `-e` and bare addresses are packages by their address. */
export function readRequirement(written: string, line: number): Dependency | null {
  const text = written
    .replace(/(?:^|\s)#.*$/, "")
    .replace(/\\\s*$/, "")
    .trim();
  const editable = /^(?:-e|--editable)[\s=]+(.+)$/.exec(text)?.[1];
  const address = editable ?? (/^(?:git\+|https?:|file:|\.{0,2}\/)/.test(text) ? text : null);
  if (address !== null) return { ecosystem: "pypi", name: address, spec: address, line };
  if (text === "" || text.startsWith("-")) return null;
  const [, name, rest = ""] = REQUIREMENT.exec(text) ?? [];
  if (name === undefined) return null;
  const spec = rest
    .replace(/\s+;.*$|^;.*$/, "")
    .replace(/\s--\w.*$/, "")
    .replace(/^@\s*/, "")
    .trim();
  return { ecosystem: "pypi", name: pythonName(name), spec, line };
}

/** Python's own rule: case and the kind of separator do not tell packages apart. */
export function pythonName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, "-");
}
