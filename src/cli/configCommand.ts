import { readFile } from "node:fs/promises";
import { Command } from "commander";
import { configJsonSchema } from "../config/configJsonSchema.ts";
import { readConfig } from "../config/readConfig.ts";
import { starterConfig } from "../config/starterConfig.ts";

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
  const result = readConfig([{ path: file, text }], { defaultBranch: options.defaultBranch });
  if (options.json === true) print(JSON.stringify(result, null, 2));
  if (result.kind === "ok") {
    if (options.json !== true) print(`${file} is valid`);
    return;
  }
  process.exitCode = 1;
  if (options.json === true || result.kind !== "invalid") return;
  for (const problem of result.problems)
    print(`${file}:${problem.line ?? 1}:${problem.column ?? 1}: ${problem.message}`);
}

function print(text: string): void {
  process.stdout.write(`${text.trimEnd()}\n`);
}
