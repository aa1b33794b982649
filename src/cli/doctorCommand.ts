import { Command } from "commander";
import { migrations } from "../../migrations/index.ts";
import type { Examination } from "../doctor.ts";
import { loadEnvironment, openLog } from "./settings.ts";

/** Looks at everything Autopack needs on this machine, and says what to do about what is missing. */
export function doctorCommand(): Command {
  return new Command("doctor")
    .description("check this machine: Node, git, sandbox, database, GitHub credentials")
    .option("--json", "print the findings as JSON")
    .action(async ({ json }: { readonly json?: boolean }) => {
      const environment = loadEnvironment();
      const { examine } = await import("../doctor.ts");
      const findings = await examine(environment, { log: openLog({ ...environment, logLevel: "error" }), migrations });
      if (json === true) process.stdout.write(`${JSON.stringify(findings, null, 2)}\n`);
      else for (const finding of findings) process.stdout.write(`${line(finding)}\n`);
      if (findings.some((finding) => finding.state === "missing")) process.exitCode = 1;
    });
}

function line({ state, name, detail }: Examination): string {
  const marks = { ok: "✓", warning: "!", missing: "✗" } as const;
  return `${marks[state]} ${name}: ${detail.replaceAll("\n", "\n    ")}`;
}
