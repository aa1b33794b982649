import type { ArgumentValue } from "./commandSpec.ts";
import type { Command } from "./specs.ts";
import { argumentsOf, specs } from "./specs.ts";
import { formatValue } from "./tokens.ts";

/** The line that somebody types for this command. */
export function formatCommand(command: Command): string {
  const values: Readonly<Record<string, ArgumentValue>> = command;
  const given = argumentsOf(specs[command.name]).flatMap(([key, argument]) => {
    const value = values[key];
    if (value === null || value === undefined) return [];
    const text = formatValue(String(value));
    return argument.form === "option" ? `${key}=${text}` : text;
  });
  return ["/autopack", command.name, ...given].join(" ");
}
