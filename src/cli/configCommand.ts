import { readFile } from "node:fs/promises";
import { Command } from "commander";
import { configJsonSchema } from "../config/configJsonSchema.ts";
import { CONFIG_PATHS, readConfig } from "../config/readConfig.ts";
import type { ConfigResult } from "../config/readConfig.ts";
import { starterConfig } from "../config/starterConfig.ts";

const [CONFIG_PATH = ""] = CONFIG_PATHS;

/** Works on a repository's configuration without a server. */
export function configCommand(): Command {
  const command = new Command("config").description("check, or start, a repository's .github/autopack.yml");
  command
    .command("validate")
    .argument("[file]", "the configuration", ".github/autopack.yml")
    .option("--default-branch <branch>", "what the repository's default branch is called", "main")
    .option("--json", "print the configuration as Autopack understands it, or the problems, as JSON")
    .description("check a configuration; problems come with line and column")
    .action(validate);
  command
    .command("schema")
    .description("print the JSON Schema of the configuration")
    .action(() => print(JSON.stringify(configJsonSchema(), null, 2)));
  command
    .command("starter")
    .description("print a configuration to start from")
    .action(() => print(starterConfig()));
  return command;
}

async function validate(
  file: string,
  options: { readonly defaultBranch: string; readonly json?: boolean },
): Promise<void> {
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new Error(`reading ${file}: is it there? \`autopack config starter\` prints one to start from`, { cause });
  });
  // Under the name it will have in the repository: the file at hand may be called anything.
  const result = readConfig([{ path: CONFIG_PATH, text }], { defaultBranch: options.defaultBranch });
  if (result.kind !== "ok") process.exitCode = 1;
  print(options.json === true ? JSON.stringify(result, null, 2) : verdict(file, result).join("\n"));
}

function verdict(file: string, result: ConfigResult): readonly string[] {
  switch (result.kind) {
    case "ok":
      return [`${file} is valid`];
    case "missing":
      return [`${file} is empty`];
    case "two_files":
      return [`keep one of ${result.paths.join(" and ")}`];
    case "invalid":
      return result.problems.map(({ line, column, message }) => `${file}:${line ?? 1}:${column ?? 1}: ${message}`);
  }
}

function print(text: string): void {
  process.stdout.write(`${text.trimEnd()}\n`);
}
