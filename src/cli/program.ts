import { Command } from "commander";
import { agentsCommand } from "./agentsCommand.ts";
import { auditCommand } from "./auditCommand.ts";
import { backlogCommand } from "./backlogCommand.ts";
import { configCommand } from "./configCommand.ts";
import { doctorCommand } from "./doctorCommand.ts";
import { gapsCommand } from "./gapsCommand.ts";
import { migrateCommand } from "./migrateCommand.ts";
import { promptsCommand } from "./promptsCommand.ts";
import { readIssueAsApp } from "./readIssueAsApp.ts";
import { runsCommand } from "./runsCommand.ts";
import { serverCommands } from "./serverCommands.ts";
import { strategyCommand } from "./strategyCommand.ts";
import { sweepCommand } from "./sweepCommand.ts";
import { version } from "./version.ts";
import { workersCommand } from "./workersCommand.ts";

/** The `autopack` command line. Every failure ends in one clear message and exit code 1, bad usage in 2. */
export async function main(argv: readonly string[]): Promise<void> {
  const program = new Command("autopack")
    .description("Label an issue; get an audited, gated promotion pull request.")
    .version(version())
    .showHelpAfterError("(add --help for what there is)")
    .exitOverride()
    .addHelpText("after", "\nSettings come from the environment and from .env; docs/install.md lists them.");
  for (const command of [
    ...serverCommands(),
    migrateCommand(),
    doctorCommand(),
    agentsCommand(),
    configCommand(),
    strategyCommand(readIssueAsApp),
    promptsCommand(),
    runsCommand(),
    backlogCommand(),
    auditCommand(),
    workersCommand(),
    gapsCommand(),
    sweepCommand(),
  ])
    program.addCommand(command);
  for (const command of program.commands) command.exitOverride();
  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    process.exitCode = report(error);
  }
}

/** Commander has printed its own errors already, and "errors" with code 0 are answers to --help and --version. */
function report(error: unknown): number {
  if (isCommanderError(error)) return error.exitCode === 0 ? 0 : 2;
  process.stderr.write(`autopack: ${messages(error).join("\n  because: ")}\n`);
  if (process.env["LOG_LEVEL"] === "debug" && error instanceof Error) process.stderr.write(`${error.stack ?? ""}\n`);
  return 1;
}

function isCommanderError(error: unknown): error is Error & { readonly exitCode: number } {
  return (
    error instanceof Error && "code" in error && typeof error.code === "string" && error.code.startsWith("commander.")
  );
}

function messages(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return [String(error)];
  return error.cause === undefined ? [error.message] : [error.message, ...messages(error.cause)];
}
