import { existsSync, readFileSync } from "node:fs";
import { Command, InvalidArgumentError, Option } from "commander";
import { loadPolicy } from "../config/environment.ts";
import type { IssueText } from "../config/planResult.ts";
import { NO_POLICY } from "../domain/strategy/overrides.ts";
import type { Policy } from "../domain/strategy/overrides.ts";
import type { SafetyProfile } from "../domain/strategy/strategy.ts";
import { printJson, printLines, paintOf } from "./runsPrint.ts";
import type { PlanSource } from "./strategyExplain.ts";

/** One issue of a repository, asked for as the GitHub App. */
export interface IssueAddress {
  readonly owner: string;
  readonly name: string;
  readonly number: number;
}

/** Reads an issue from GitHub; the command itself needs neither GitHub nor a database. */
export type IssueReader = (issue: IssueAddress) => Promise<IssueText>;

interface ExplainOptions {
  readonly issue?: number;
  readonly plan?: string;
  readonly config?: string;
  readonly policy?: string;
  readonly profile?: SafetyProfile;
  readonly repo?: string;
  readonly json?: boolean;
}

/** Says what a configuration and a plan would come to, without a run. */
export function strategyCommand(readIssue: IssueReader): Command {
  const command = new Command("strategy").description("see what a plan would be held to, without a run").exitOverride();
  command
    .command("explain")
    .description("compile the strategy for the repository in this folder: rules, caps and waves of each phase")
    .addOption(
      new Option("--issue <number>", "the plan in this issue, read from GitHub as the App").argParser(toNumber),
    )
    .addOption(new Option("--plan <file>", "the plan in a file: YAML, tasks.md or an issue's text").conflicts("issue"))
    .option("--config <file>", "the configuration; else .github/autopack.yml")
    .option("--policy <file>", "the operator's policy; else the one that AUTOPACK_POLICY names")
    .addOption(new Option("--profile <name>", "try another safety profile").choices(["normal", "safety_critical"]))
    .option("--repo <owner/name>", "whose issue it is; else that of the remote `origin`")
    .option("--json", "print it as JSON")
    .action(async (options: ExplainOptions) => explain(options, readIssue));
  return command;
}

async function explain(options: ExplainOptions, readIssue: IssueReader): Promise<void> {
  const { explainStrategy } = await import("./strategyExplain.ts");
  const result = await explainStrategy({
    plan: await planSource(options, readIssue),
    configFile: options.config ?? null,
    profile: options.profile ?? null,
    policy: policyOf(options.policy),
  });
  if (result.kind === "invalid") process.exitCode = 1;
  if (options.json === true) {
    printJson(result.kind === "invalid" ? result : result.report);
    return;
  }
  if (result.kind === "explained") {
    const { strategyReportText } = await import("../projections/strategyReportText.ts");
    printLines(strategyReportText(result.report, paintOf(process.stdout, process.env)));
    return;
  }
  printLines([
    `${result.what}:`,
    ...result.problems.map(({ path, line, column, message }) => `${path}:${line ?? 1}:${column ?? 1}: ${message}`),
  ]);
}

async function planSource({ issue, plan, repo }: ExplainOptions, readIssue: IssueReader): Promise<PlanSource | null> {
  if (plan !== undefined) return { kind: "file", path: plan };
  if (issue === undefined) return null;
  const { repositoryHere } = await import("./strategyRepository.ts");
  const address = { ...(await repositoryHere(repo)), number: issue };
  return { kind: "issue", number: issue, issue: await readIssue(address) };
}

/** The server's own where this is its folder, so that both see the same ceilings. */
function policyOf(file: string | undefined): Policy {
  if (existsSync(".env")) process.loadEnvFile(".env");
  const path = file ?? process.env["AUTOPACK_POLICY"] ?? "";
  return path === "" ? NO_POLICY : loadPolicy(path, (name) => readFileSync(name, "utf8"));
}

function toNumber(typed: string): number {
  const number = Number(typed.replace(/^#/, ""));
  if (!Number.isSafeInteger(number) || number < 1) throw new InvalidArgumentError("It takes the number of an issue.");
  return number;
}
