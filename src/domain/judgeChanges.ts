import type { Change, Reading } from "./change.ts";

/** What a run's configuration and its plan say about paths. */
export interface PathRules {
  isProtected(path: string): boolean;
  isAllowed(path: string): boolean;
  isGenerated(path: string): boolean;
  readonly maxFileBytes: number;
  readonly maxFiles: number;
  readonly maxChangedLines: number;
}

/** One reason why a phase's changes may not be taken as they are. */
export interface Violation {
  readonly kind:
    | "path_escape"
    | "git_folder"
    | "symlink_escape"
    | "special_file"
    | "submodule"
    | "binary"
    | "file_too_large"
    | "too_many_files"
    | "too_many_lines"
    | "protected_path"
    | "outside_allowed"
    | "git_tampering";
  /** Null when it is the changes as a whole. */
  readonly path: string | null;
  /** For comments and for the next attempt: what, and why that is refused. */
  readonly message: string;
}

/** GitHub refuses larger files, so no rule can exempt them. */
const MAX_BLOB_BYTES = 100 * 1024 * 1024;

/**
 * Judges what an agent left behind. Empty means fit to be captured.
 *
 * Generated files are exempt from the limits on size, lines, number and binary content, and from nothing else.
 */
export function judgeChanges(reading: Reading, rules: PathRules): readonly Violation[] {
  return [
    ...reading.tampered.map(tampering),
    ...reading.changes.flatMap((change) => judgeChange(change, rules)),
    ...judgeSize(reading.changes, rules),
  ];
}

/** Whether another attempt may mend it. What touches protected things or reaches outside is for a person to judge. */
export function isRetryable({ kind }: Violation): boolean {
  switch (kind) {
    case "special_file":
    case "submodule":
    case "binary":
    case "file_too_large":
    case "too_many_files":
    case "too_many_lines":
    case "outside_allowed":
      return true;
    case "path_escape":
    case "git_folder":
    case "symlink_escape":
    case "protected_path":
    case "git_tampering":
      return false;
  }
}

function tampering(path: string): Violation {
  const message = `${quote(path)} was changed. It could make a later git command run code or read from elsewhere, so no agent may touch it.`;
  return { kind: "git_tampering", path, message };
}

function judgeChange(change: Change, rules: PathRules): readonly Violation[] {
  // Taking something bad away is always welcome; whether the place may be touched at all is another question.
  const found = change.status === "deleted" ? [] : [judgePath(change), judgeLink(change), judgeContent(change, rules)];
  return [...found, judgeKind(change), judgePlace(change, rules)].filter((violation) => violation !== null);
}

function judgePath({ path }: Change): Violation | null {
  const problem = pathProblem(path);
  if (problem === null) return null;
  return { kind: problem.kind, path, message: `${quote(path)} ${problem.why}.` };
}

function judgeKind({ path, kind }: Change): Violation | null {
  if (kind === "submodule") {
    const message = `${quote(path)} is a git repository of its own, or a submodule. Put plain files there, without a \`.git\`.`;
    return { kind: "submodule", path, message };
  }
  if (kind === "other") {
    const message = `${quote(path)} is neither a file nor a symlink (a FIFO, socket or device), or cannot be read. Remove it.`;
    return { kind: "special_file", path, message };
  }
  return null;
}

function judgeContent(change: Change, rules: PathRules): Violation | null {
  const { path, sizeBytes } = change;
  const generated = rules.isGenerated(path);
  const limit = generated ? MAX_BLOB_BYTES : Math.min(rules.maxFileBytes, MAX_BLOB_BYTES);
  if (sizeBytes > limit && change.kind !== "other") {
    const message = `${quote(path)} has ${sizeBytes} bytes; at most ${limit} are allowed here.`;
    return { kind: "file_too_large", path, message };
  }
  if (!change.binary || generated) return null;
  const message = `${quote(path)} is binary, which nobody can review. Only paths under \`paths.generated\` may be.`;
  return { kind: "binary", path, message };
}

function judgePlace({ path }: Change, rules: PathRules): Violation | null {
  if (rules.isProtected(path)) {
    const message = `${quote(path)} is protected: it steers builds, dependencies, permissions or agents, so a person has to decide about it.`;
    return { kind: "protected_path", path, message };
  }
  if (rules.isAllowed(path)) return null;
  return { kind: "outside_allowed", path, message: `${quote(path)} is outside the paths this repository allows.` };
}

function judgeSize(changes: readonly Change[], rules: PathRules): readonly Violation[] {
  const counted = changes.filter(({ path }) => !rules.isGenerated(path));
  const lines = counted.reduce((sum, { linesAdded, linesDeleted }) => sum + linesAdded + linesDeleted, 0);
  const violations: Violation[] = [];
  if (counted.length > rules.maxFiles) {
    const message = `${counted.length} files are changed; at most ${rules.maxFiles} are allowed in one phase.`;
    violations.push({ kind: "too_many_files", path: null, message });
  }
  if (lines > rules.maxChangedLines) {
    const message = `${lines} lines are changed; at most ${rules.maxChangedLines} are allowed in one phase.`;
    violations.push({ kind: "too_many_lines", path: null, message });
  }
  return violations;
}

/**
 * A symlink may point anywhere inside the repository, judged by its words alone.
 *
 * `..` is taken only at the front: after a name, it would lead back from wherever that name points to.
 */
function judgeLink({ path, linkTarget }: Change): Violation | null {
  if (linkTarget === null) return null;
  const why = linkProblem(path, linkTarget);
  if (why === null) return null;
  return {
    kind: "symlink_escape",
    path,
    message: `${quote(path)} is a symlink to ${quote(linkTarget)}, which ${why}.`,
  };
}

function linkProblem(path: string, target: string): string | null {
  if (target === "") return "is empty";
  if (target.startsWith("/") || /^[a-z]:/i.test(target)) return "is absolute";
  if (target.includes("\\") || hasControl(target)) return "holds a backslash or a control character";
  const steps = target.split("/").filter((step) => step !== "" && step !== ".");
  const up = steps.findIndex((step) => step !== "..");
  const ups = up === -1 ? steps.length : up;
  const downs = steps.slice(ups);
  if (ups > path.split("/").length - 1) return "leaves the repository";
  if (downs.includes("..")) return "goes down and up again; write it without the detour";
  if (downs.some(isGitName)) return "leads into a `.git` folder";
  return null;
}

/** Why a path may not be in a tree, or null. Stricter than git: what any system might read as `.git` is refused. */
export function pathProblem(
  path: string,
): { readonly kind: "path_escape" | "git_folder"; readonly why: string } | null {
  const segments = path.split("/");
  if (path.startsWith("/") || /^[a-z]:/i.test(path)) return { kind: "path_escape", why: "is an absolute path" };
  if (segments.includes("..")) return { kind: "path_escape", why: "leads out of its folder" };
  if (segments.some((segment) => segment === "" || segment === ".")) {
    return { kind: "path_escape", why: "has an empty or `.` segment" };
  }
  if (path.includes("\\")) return { kind: "path_escape", why: "holds a backslash, which is a separator elsewhere" };
  if (hasControl(path)) return { kind: "path_escape", why: "holds a control character" };
  if (path.includes("\uFFFD")) return { kind: "path_escape", why: "is not valid UTF-8" };
  if (segments.some(isGitName)) return { kind: "git_folder", why: "is, or looks to some system like, a `.git` folder" };
  return null;
}

/** Ignored in file names by HFS+, plus the zero-width space and the soft hyphen, which hide as well. */
const INVISIBLE = /[\u00AD\u200B-\u200F\u202A-\u202E\u2060-\u206F\uFEFF]/g;

/** `.git` as Linux, HFS+ (invisible characters, any case) and NTFS (`git~1`, streams, trailing dots, spaces) read it. */
function isGitName(segment: string): boolean {
  const name = segment.normalize("NFKC").replaceAll(INVISIBLE, "").toLowerCase();
  const plain = name.replace(/:.*$/, "").replace(/[. ]+$/, "");
  return plain === ".git" || /^git~\d+$/.test(plain);
}

function hasControl(text: string): boolean {
  // oxlint-disable-next-line eslint/no-control-regex -- control characters are what is looked for
  return /[\u0000-\u001F\u007F-\u009F]/.test(text);
}

/** As code, with nothing in it that could end the code or the line. */
function quote(path: string): string {
  // oxlint-disable-next-line eslint/no-control-regex -- control characters are what is replaced
  const plain = path.replaceAll(/[\u0000-\u001F\u007F-\u009F`]/g, "\uFFFD").replaceAll(INVISIBLE, "\uFFFD");
  return `\`${plain.length > 200 ? `${plain.slice(0, 200)}…` : plain}\``;
}
