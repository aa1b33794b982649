import { readReport } from "../../domain/acceptance/readReport.ts";
import { MAX_REPORT_LENGTH } from "../../domain/acceptance/testReport.ts";
import type { TestCase, TestReport } from "../../domain/acceptance/testReport.ts";
import type { CommandResult } from "../runCommand.ts";
import type { AcceptanceWork } from "./acceptanceWork.ts";
import { filesInside, readInside, removeInside } from "./insideTree.ts";
import type { TreeOnDisk } from "./layOutTree.ts";

/** A command that may leave a report. */
export interface TestCommand {
  readonly command: string;
  readonly timeoutMs: number;
  /** Path or glob. */
  readonly report: string | null;
  readonly env?: Readonly<Record<string, string>>;
  readonly log: string;
}

export type FoundReport =
  | { readonly kind: "none" }
  | { readonly kind: "ok"; readonly report: TestReport }
  | { readonly kind: "junk"; readonly error: string };

export interface TestRun {
  readonly result: CommandResult;
  /** `none` also where no report was asked for. */
  readonly report: FoundReport;
}

/** A suite that is split over more files is not read. */
const MAX_REPORTS = 2000;

/**
 * Runs a command and reads the report it leaves. Null when cancelled.
 *
 * Reports that lay there before are removed first, so that none is taken for this command's; its own is removed
 * afterwards, so that the tree is as it was.
 */
export async function runTests(command: TestCommand, tree: TreeOnDisk): Promise<TestRun | null> {
  const root = tree.checkout.path;
  const { report, env = {}, timeoutMs, log } = command;
  if (report !== null) await removeInside(root, report);
  const result = await tree.run({ run: command.command, timeoutMs, env, log });
  if (result === null) return null;
  if (report === null) return { result, report: { kind: "none" } };
  const read = await readReports(root, report);
  await removeInside(root, report);
  return { result, report: read };
}

async function readReports(root: string, pattern: string): Promise<FoundReport> {
  const paths = await filesInside(root, pattern);
  if (paths.length === 0) return { kind: "none" };
  if (paths.length > MAX_REPORTS) return { kind: "junk", error: `there are more than ${MAX_REPORTS} reports` };
  const cases: TestCase[] = [];
  let room = MAX_REPORT_LENGTH;
  for (const path of paths) {
    const bytes = await readInside(root, { path, maxBytes: room });
    if (bytes === null) return { kind: "junk", error: `\`${path}\` cannot be read, or the reports are too long` };
    room -= bytes.length;
    const reading = readReport(bytes.toString("utf8"));
    if (reading.kind === "junk") return { kind: "junk", error: `\`${path}\` is ${reading.error}` };
    for (const each of reading.report.cases) cases.push(each);
  }
  return { kind: "ok", report: { cases } };
}

/** The name of a validator's log. */
export function logName({ runId, phaseId }: AcceptanceWork, validator: string): string {
  return `${runId}/acceptance/${phaseId}/${validator}`;
}
