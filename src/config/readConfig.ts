import { createHash } from "node:crypto";
import type { Problem } from "../domain/plan.ts";
import type { Settings } from "../domain/settings.ts";
import { agentProblems } from "./agentProblems.ts";
import { auditorCandidates } from "./auditorCandidates.ts";
import { configSchema } from "./configSchema.ts";
import type { Config } from "./configSchema.ts";
import { knownKeysOf } from "./knownKeys.ts";
import type { SourceFile } from "./sourceFile.ts";
import { strategyProblems } from "./strategyProblems.ts";
import { toSettings } from "./toSettings.ts";
import { readYaml } from "./yamlSource.ts";
import type { YamlProblem, YamlSource } from "./yamlSource.ts";
import { zodProblems } from "./zodProblems.ts";

export type ConfigResult =
  | { readonly kind: "ok"; readonly settings: Settings; readonly hash: string }
  | { readonly kind: "missing" }
  | { readonly kind: "two_files"; readonly paths: readonly string[] }
  | { readonly kind: "invalid"; readonly problems: readonly Problem[] };

/** Where a repository's configuration may lie; in one of the two, not in both. */
export const CONFIG_PATHS: readonly string[] = [".github/autopack.yml", ".github/autopack.yaml"];

const MAX_LENGTH = 64 * 1024;
const knownKeys = knownKeysOf(configSchema);

/**
 * Reads a repository's configuration out of the files of its default branch; others than `CONFIG_PATHS` are ignored.
 *
 * `hash` is the SHA-256 of the file's text in hex: it changes with a comment, too. Every problem has a line and a column.
 */
export function readConfig(
  files: readonly SourceFile[],
  { defaultBranch }: { readonly defaultBranch: string },
): ConfigResult {
  const found = files.filter(({ path }) => CONFIG_PATHS.includes(path));
  const [file] = found;
  if (file === undefined) return { kind: "missing" };
  if (found.length > 1) return { kind: "two_files", paths: found.map(({ path }) => path) };

  const config = parse(file.text);
  if (config.kind === "invalid") {
    return { kind: "invalid", problems: config.problems.map((problem) => ({ path: file.path, ...problem })) };
  }
  const hash = createHash("sha256").update(file.text).digest("hex");
  return { kind: "ok", settings: toSettings(config.config, defaultBranch), hash };
}

type Parsed =
  | { readonly kind: "ok"; readonly config: Config }
  | { readonly kind: "invalid"; readonly problems: readonly YamlProblem[] };

function parse(text: string): Parsed {
  if (text.length > MAX_LENGTH)
    return invalid({ line: 1, column: 1, message: `The file is longer than ${MAX_LENGTH} characters.` });
  if (text.trim() === "")
    return invalid({ line: 1, column: 1, message: "The file is empty: begin with `version: 1`." });
  const source = readYaml(text);
  if (source.kind === "invalid") return source;
  const parsed = configSchema.safeParse(source.value);
  if (!parsed.success) return { kind: "invalid", problems: zodProblems(parsed.error.issues, source, knownKeys) };
  const problems = [
    ...missingAuditor(parsed.data, source),
    ...agentProblems(parsed.data, source),
    ...strategyProblems(parsed.data, source),
  ];
  return problems.length > 0 ? { kind: "invalid", problems } : { kind: "ok", config: parsed.data };
}

/** No audit is a decision that has to stand in the file; it never comes from leaving something out. */
function missingAuditor({ agents, audit }: Config, source: YamlSource): readonly YamlProblem[] {
  if (audit.required === false || agents.auditor !== undefined || auditorCandidates(agents).length > 0) return [];
  const message =
    "`agents.auditor` is missing, and every change is audited. Add an auditor (`auditor: { backend: command, command: … }`), " +
    "or switch audits off with `audit: { required: false }`.";
  return [{ ...source.positionOf(["agents", "auditor"]), message }];
}

function invalid(problem: YamlProblem): Parsed {
  return { kind: "invalid", problems: [problem] };
}
