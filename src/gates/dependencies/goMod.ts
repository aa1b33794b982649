import type { Dependency } from "./dependency.ts";

/** What a go.mod requires, and what it puts in a module's place. */
export function readGoMod(text: string): readonly Dependency[] {
  let block = "";
  return text.split("\n").flatMap((written, index): readonly Dependency[] => {
    const line = written.replace(/\/\/.*$/, "").trim();
    const opened = /^(\w+)\s*\($/.exec(line)?.[1];
    if (opened !== undefined) block = opened;
    if (line === ")") block = "";
    if (opened !== undefined || line === ")" || line === "") return [];
    const [, verb = block, rest = ""] = block === "" ? (/^(\w+)\s+(.*)$/.exec(line) ?? []) : [line, block, line];
    if (verb === "require") return required(rest, index + 1);
    return verb === "replace" ? replaced(rest, index + 1) : [];
  });
}

function required(text: string, line: number): readonly Dependency[] {
  const [name = "", spec = ""] = text.split(/\s+/);
  return name === "" ? [] : [{ ecosystem: "go", name, spec, line }];
}

function replaced(text: string, line: number): readonly Dependency[] {
  const [, name, to] = /^(\S+).*=>\s*(.+)$/.exec(text) ?? [];
  if (name === undefined || to === undefined) return [];
  return [
    { ecosystem: "go", name: `${name} (replaced)`, spec: /^\.{0,2}\//.test(to) ? `path ${to}` : `git ${to}`, line },
  ];
}
