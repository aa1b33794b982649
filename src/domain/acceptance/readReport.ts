import { looksLikeXml, readJunit } from "./junitReport.ts";
import { readTap } from "./tapReport.ts";
import type { ReportReading } from "./testReport.ts";

/** Reads what a test command left: JUnit XML or TAP, whichever it looks like. Never throws. */
export function readReport(text: string): ReportReading {
  return looksLikeXml(text) ? readJunit(text) : readTap(text);
}
