import type { ChangedFile } from "../judged.ts";
import { shown } from "./charge.ts";
import type { Charge } from "./charge.ts";
import { checkKindOf, settingsIn } from "./checkFiles.ts";
import type { CheckKind } from "./checkFiles.ts";
import type { ReadFile } from "./judgeUnread.ts";
import { loosenedBy } from "./loosened.ts";
import type { Loosening, Values } from "./loosened.ts";
import { neutralisedScripts } from "./scripts.ts";
import type { Setting } from "./settingsOf.ts";
import { judgeXml } from "./judgeXml.ts";

/** What a change loosens in the configuration of tests, coverage, types and linters. */
export function judgeChecks(files: readonly ReadFile[]): readonly Charge[] {
  return files.flatMap((each) => [...judgeXml(each.file), ...ofConfig(each)]);
}

function ofConfig({ file, before, after }: ReadFile): readonly Charge[] {
  const kind = checkKindOf(file.path);
  if (kind === null || file.before === null) return [];
  if (file.after === null) return kind === "package" ? [] : [deleted(file)];
  const was = settingsIn(file.path, file.before, before);
  const is = settingsIn(file.path, file.after, after);
  if (was === null || is === null) return [unread(file)];
  return [...compared(file, kind, { was, is }), ...neutralisedScripts(file, was, is)];
}

interface Both {
  readonly was: readonly Setting[];
  readonly is: readonly Setting[];
}

function compared(file: ChangedFile, kind: CheckKind, { was, is }: Both): readonly Charge[] {
  const before = Map.groupBy(was, keyOf);
  const after = Map.groupBy(is, keyOf);
  const keys = [...new Set([...before.keys(), ...after.keys()])];
  return keys.flatMap((key) => {
    const values = valuesOf(before.get(key) ?? [], after.get(key) ?? [], is);
    const loosening = loosenedBy(kind, values);
    if (loosening === null) return [];
    const line = after.get(key)?.[0]?.line;
    return [
      charge(file, { key, loosening, line: line ?? before.get(key)?.[0]?.line ?? 1, isThere: line !== undefined }),
    ];
  });
}

function keyOf({ path }: Setting): string {
  return path.join(".");
}

function valuesOf(was: readonly Setting[], is: readonly Setting[], all: readonly Setting[]): Values {
  const path = (is[0] ?? was[0])?.path ?? [];
  return { path, was: was.map(({ value }) => value), is: is.map(({ value }) => value), all };
}

interface Place {
  readonly key: string;
  readonly loosening: Loosening;
  readonly line: number;
  /** In the file as it is left. */
  readonly isThere: boolean;
}

function charge({ path }: ChangedFile, { key, loosening, line, isThere }: Place): Charge {
  const { rule, level, what } = loosening;
  return {
    rule,
    level,
    message: `${shown(key)} in ${shown(path)} ${what}.`,
    remedy: "Leave the check as it was, and change the code so that it passes.",
    path,
    lines: { start: line, end: line },
    side: isThere ? "after" : "before",
    code: `${key} ${what}`,
  };
}

function deleted({ path }: ChangedFile): Charge {
  return {
    rule: "check_config_deleted",
    level: "blocks",
    message: `${shown(path)}, which configures a check, is deleted.`,
    remedy: "Put the file back.",
    path,
    lines: null,
    side: "before",
    code: "deleted",
  };
}

function unread({ path }: ChangedFile): Charge {
  return {
    rule: "could_not_judge",
    level: "warns",
    message: `What changed in ${shown(path)} could not be told: it cannot be parsed.`,
    remedy: "Repair the file.",
    path,
    lines: null,
    side: "after",
    code: "unread",
  };
}
