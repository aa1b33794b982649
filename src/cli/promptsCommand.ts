import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { Argument, Command, Option } from "commander";
import type { AttemptRole } from "../domain/attempt.ts";
import { printLines } from "./runsPrint.ts";

const ROLES = ["planner", "builder", "auditor", "investigator"] as const satisfies readonly AttemptRole[];

interface ShowOptions {
  readonly mode?: string;
  readonly repoFile?: readonly string[];
}

/** Shows what agents are told, without a run. */
export function promptsCommand(): Command {
  const command = new Command("prompts").description("see what agents are told, without a run").exitOverride();
  command
    .command("show")
    .description("print the prompt of a role as an agent gets it; data of a run is named in its place")
    .addArgument(new Argument("<role>", "whose prompt").choices(ROLES))
    .addOption(new Option("--mode <name>", "the Builder's mode, or the Auditor's profile"))
    .option("--repo-file <file...>", "files as they would lie below .github/autopack/prompts")
    .action(show);
  command
    .command("list")
    .description("list the files that a repository may put below .github/autopack/prompts")
    .action(list);
  return command;
}

async function list(): Promise<void> {
  const { PROMPTS_FOLDER, overrideNames } = await import("../prompts/readPromptOverrides.ts");
  const { PROMPT_PACK } = await import("../prompts/promptPack.ts");
  const { version, hash } = PROMPT_PACK;
  printLines([
    ...overrideNames([]).map((name) => `${PROMPTS_FOLDER}${name}.md`),
    "",
    `Prompt pack ${version}, SHA-256 ${hash}`,
  ]);
}

async function show(role: AttemptRole, { mode, repoFile = [] }: ShowOptions): Promise<void> {
  const { PROMPTS_FOLDER, readPromptOverrides } = await import("../prompts/readPromptOverrides.ts");
  const { samplePrompt, mannerOr } = await import("../prompts/samplePrompt.ts");
  const manner = mannerOr(role, mode ?? null);
  const files = repoFile.map((path) => ({
    path: `${PROMPTS_FOLDER}${basename(path)}`,
    text: readFileSync(path, "utf8"),
  }));
  const read = readPromptOverrides(files, { profiles: role === "auditor" && mode !== undefined ? [mode] : [] });
  if (read.kind === "invalid") {
    process.exitCode = 1;
    printLines(read.problems.map(({ path, line, message }) => `${path}:${line ?? 1}: ${message}`));
    return;
  }
  process.stdout.write(samplePrompt({ role, manner, overrides: read.overrides }));
}
