import type { Argument, ArgumentValue } from "./commandSpec.ts";
import type { Command } from "./specs.ts";
import { argumentsOf, specs } from "./specs.ts";
import { formatValue } from "./tokens.ts";

/** The line that somebody types for this command. */
export function formatCommand(command: Command): string {
  const values: Readonly<Record<string, ArgumentValue>> = { ...command };
  const given = argumentsOf(specs[command.name]).flatMap(([key, argument]) =>
    formatArgument(key, argument, values[key]),
  );
  return ["/autopack", command.name, ...given].join(" ");
}

function formatArgument(
  key: string,
  { form }: Argument<ArgumentValue>,
  value: ArgumentValue | undefined,
): readonly string[] {
  if (value === null || value === undefined || value === false) return [];
  switch (form) {
    case "flag":
      return [key];
    case "rest":
      return [String(value)];
    case "positional":
      return [formatValue(String(value))];
    case "option":
      return [`${key}=${formatValue(String(value))}`];
  }
}
