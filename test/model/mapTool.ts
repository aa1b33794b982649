import { isAbsolute, join } from "node:path";
import { fillObject } from "./fillSchema.ts";
import type { ToolUse } from "./script.ts";
import type { Tool, ToolCall } from "./wireForm.ts";

const SHELLS = ["bash", "shell", "shell_command", "exec_command", "local_shell", "run_shell_command", "execute"];
const WRITERS = ["write", "write_file"];
const READERS = ["read", "read_file"];

/** Names of arguments that coding agents use for the same things. */
const COMMAND = ["command", "cmd"];
const PATH = ["file_path", "filePath", "absolute_path", "path"];
const CONTENT = ["content", "contents", "text"];

/** Where agents tell their model that they work. */
const WORKING_DIRECTORIES = [
  /<cwd>([^<\n]+)<\/cwd>/,
  /[Ww]orking directory: *`?(\/[^\s`]+)/,
  /working in the directory: *(\/\S+)/,
  /^ *- *(\/[^\s]+)\n[\s\S]{0,80}folder structure/m,
  /Workspace Directories:\**\s*- *(\/\S+)/,
];

export interface Offer {
  readonly tools: readonly Tool[];
  /** All text of the request. */
  readonly text: string;
}

/**
 * Says what the script wants in the terms of the agent that asks: with a tool of its request, and the arguments of that
 * tool's schema. What the agent has no tool for is done by its shell.
 *
 * @throws where the agent has no shell either
 */
export function mapTool(use: ToolUse, { tools, text }: Offer, id: string): ToolCall {
  switch (use.kind) {
    case "shell":
      return shell(tools, use.command, id);
    case "write_file": {
      const patcher = tools.find(({ name, kind }) => name === "apply_patch" && kind === "custom");
      if (patcher !== undefined) return { id, tool: patcher, input: patchOf(use) };
      const writer = named(tools, WRITERS);
      if (writer === undefined) return shell(tools, writeCommand(use), id);
      const content = [CONTENT, use.text] as const;
      return { id, tool: writer, input: argumentsOf(writer, [[PATH, absolute(use.path, text)], content]) };
    }
    case "read_file": {
      const reader = named(tools, READERS);
      if (reader === undefined) return shell(tools, `cat ${quoted(use.path)}`, id);
      return { id, tool: reader, input: argumentsOf(reader, [[PATH, absolute(use.path, text)]]) };
    }
  }
}

function shell(tools: readonly Tool[], command: string, id: string): ToolCall {
  const tool = named(tools, SHELLS);
  if (tool === undefined)
    throw new Error(`the agent offers no shell, only ${tools.map(({ name }) => name).join(", ")}`);
  const isList = (tool.properties["command"] as { type?: unknown } | undefined)?.type === "array";
  const value = isList ? ["bash", "-c", command] : command;
  return { id, tool, input: argumentsOf(tool, [[COMMAND, value]]) };
}

function named(tools: readonly Tool[], names: readonly string[]): Tool | undefined {
  return tools.find(({ name }) => names.includes(name.toLowerCase()));
}

function argumentsOf(
  tool: Tool,
  values: readonly (readonly [names: readonly string[], value: unknown])[],
): Record<string, unknown> {
  const given = values.map(([names, value]) => {
    const name = names.find((candidate) => candidate in tool.properties);
    if (name === undefined) throw new Error(`the tool ${tool.name} takes none of ${names.join(", ")}`);
    return [name, value] as const;
  });
  const set: Record<string, unknown> = Object.fromEntries(given);
  const missing = tool.required.filter((name) => !(name in set));
  return { ...fillObject(tool.properties, missing), ...set };
}

function absolute(path: string, text: string): string {
  if (isAbsolute(path)) return path;
  const found = WORKING_DIRECTORIES.map((pattern) => pattern.exec(text)?.[1]).find((match) => match !== undefined);
  return found === undefined ? path : join(found, path);
}

function patchOf({ path, text }: { readonly path: string; readonly text: string }): string {
  const lines = text.replace(/\n$/, "").split("\n");
  return ["*** Begin Patch", `*** Add File: ${path}`, ...lines.map((line) => `+${line}`), "*** End Patch"].join("\n");
}

function writeCommand({ path, text }: { readonly path: string; readonly text: string }): string {
  return `mkdir -p "$(dirname ${quoted(path)})" && printf %s ${quoted(text)} > ${quoted(path)}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
