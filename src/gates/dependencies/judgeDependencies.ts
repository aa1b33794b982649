import type { Objection } from "../../domain/objection.ts";
import type { GateContext } from "../context.ts";
import { fingerprint } from "../fingerprint.ts";
import type { ChangedFile } from "../judged.ts";
import { quote } from "../quote.ts";
import type { Dependency } from "./dependency.ts";
import { judgeLockfile } from "./judgeLockfile.ts";
import { isLockfile, isManifestOf, locksOf } from "./lockfiles.ts";
import { lookAlike } from "./lookAlike.ts";
import { installScripts } from "./packageJson.ts";
import { manifestReader } from "./readManifest.ts";

type About = Pick<Objection, "rule" | "level" | "message" | "remedy" | "path"> & {
  readonly line: number | null;
  /** What an override is bound to. */
  readonly subject: string;
};

/**
 * Judges what a change asks of package managers: new packages, their names and sources, scripts that run at an installation,
 * and lockfiles that do not follow their manifests.
 *
 * A new package that the plan does not name warns, and blocks in strict categories; so does what makes builds less certain
 * (open ranges, drift). A name that looks like a well-known one, an address in place of a version, an install script and a
 * lockfile with another source always block.
 */
export async function judgeDependencies(
  files: readonly ChangedFile[],
  context: GateContext,
): Promise<readonly Objection[]> {
  const manifests = await Promise.all(files.map(async (file) => judgeManifest(file, context)));
  const found = [...manifests.flat(), ...files.flatMap(judgeScripts), ...judgeDrift(files, context)].map(objection);
  return [...found, ...files.filter(({ path }) => isLockfile(path)).flatMap(judgeLockfile)];
}

function objection({ line, subject, ...about }: About): Objection {
  const lines = line === null ? null : { start: line, end: line };
  const full = { ...about, ruleSet: "dependencies" } as const;
  return { ...full, lines, side: "after", fingerprint: fingerprint(full, subject) };
}

interface Change {
  readonly now: Dependency;
  readonly before: Dependency | undefined;
}

function changesOf({ path, before, after }: ChangedFile): readonly Change[] {
  const read = manifestReader(path);
  if (read === null || after === null) return [];
  const old = new Map(read(before ?? "").map((dependency) => [dependency.name, dependency]));
  const now = new Map(read(after).map((dependency) => [dependency.name, dependency]));
  return [...now.values()]
    .map((dependency) => ({ now: dependency, before: old.get(dependency.name) }))
    .filter(({ now: { spec }, before: was }) => was?.spec !== spec);
}

async function judgeManifest(file: ChangedFile, context: GateContext): Promise<readonly About[]> {
  const found = await Promise.all(changesOf(file).map(async (change) => judgeChange(change, file.path, context)));
  return found.flat();
}

async function judgeChange({ now, before }: Change, path: string, context: GateContext): Promise<readonly About[]> {
  const at = { path, line: now.line };
  const source = sourceOf(now);
  if (source !== null) return [{ ...at, ...source }];
  const open = isOpen(now) ? [openRange(now, context)] : [];
  if (before !== undefined) return open.map((each) => ({ ...at, ...each }));
  const alike = await lookAlike(now.ecosystem, now.name);
  const isNamed = isNamedIn(context.planText, now.name);
  return [...(alike === null ? (isNamed ? [] : [newPackage(now, context)]) : [typosquat(now, alike)]), ...open].map(
    (each) => ({ ...at, ...each }),
  );
}

type Words = Omit<About, "path" | "line">;

/** An address, or null for a version. What lies in the repository itself is only worth a word. */
function sourceOf({ name, spec }: Dependency): Words | null {
  const isLocal = /^(?:file:|link:|portal:|path |\.{0,2}\/)/.test(spec);
  const isRemote =
    /^(?:git[ +:@]|git\+|github:|gitlab:|bitbucket:|gist:|https?:|ssh:|url |hg\+|svn\+|bzr\+)/.test(spec) ||
    /^[\w.-]+\/[\w.-]+(?:#.*)?$/.test(spec);
  if (!isLocal && !isRemote) return null;
  const address = spec.replace(/\/\/[^/@]*@/, "//");
  return {
    rule: isRemote ? "address_instead_of_version" : "path_instead_of_version",
    level: isRemote ? "blocks" : "warns",
    message: `${quote(name)} is taken from ${quote(address)}, not from the registry by its version.`,
    remedy: "Ask for a version of the package from the registry.",
    subject: `${name} ${address}`,
  };
}

/** Any version at all, of today or of tomorrow. */
function isOpen({ ecosystem, spec }: Dependency): boolean {
  if (/^(?:\*|x|X|latest|next|>=?\s*0(?:\.0)*|\+|latest\.(?:release|integration)|LATEST|RELEASE)$/.test(spec))
    return true;
  return ecosystem === "npm" && spec === "";
}

function openRange({ name, spec }: Dependency, { isStrict }: GateContext): Words {
  return {
    rule: "open_version",
    level: isStrict ? "blocks" : "warns",
    message: `${quote(name)} may be any version (${quote(spec)}).`,
    remedy: "Name a version, or a range with an end.",
    subject: `${name} ${spec}`,
  };
}

function newPackage({ name }: Dependency, { isStrict }: GateContext): Words {
  return {
    rule: "new_package",
    level: isStrict ? "blocks" : "warns",
    message: `${quote(name)} is a new dependency that the plan does not name.`,
    remedy: "Do without it, or have the plan name the package.",
    subject: name,
  };
}

function typosquat({ name }: Dependency, alike: string): Words {
  return {
    rule: "look_alike",
    level: "blocks",
    message: `${quote(name)} is new, and could be taken for the well-known ${quote(alike)}.`,
    remedy: `Use ${quote(alike)} if that is meant; if this one is meant, a maintainer has to say so.`,
    subject: name,
  };
}

/** As a word of its own: a plan that speaks of `react-dom` does not name `react`. */
function isNamedIn(text: string, name: string): boolean {
  const escaped = name.replaceAll(/[$()*+.?[\\\]^{|}]/g, "\\$&");
  return new RegExp(`(?<![\\w@/.-])${escaped}(?![\\w/-])`, "i").test(text);
}

function judgeScripts({ path, before, after }: ChangedFile): readonly About[] {
  if (!/(?:^|\/)package\.json$/.test(path) || after === null) return [];
  const old = new Map(installScripts(before ?? "").map(({ name, run }) => [name, run]));
  return installScripts(after)
    .filter(({ name, run }) => old.get(name) !== run)
    .map(({ name, run, line }) => ({
      path,
      line,
      rule: "install_script",
      level: "blocks",
      message: `The script ${quote(name)} runs on every machine that installs this package, and is ${old.has(name) ? "changed" : "new"}.`,
      remedy: "Put it into a script that people run by its name.",
      subject: `${name} ${run}`,
    }));
}

/** A manifest whose lockfile was left behind, and a lockfile that moved by itself. */
function judgeDrift(files: readonly ChangedFile[], { lockfiles, isStrict }: GateContext): readonly About[] {
  const changed = new Set(files.map(({ path }) => path));
  const level = isStrict ? "blocks" : "warns";
  const behind = files.flatMap((file): readonly About[] => {
    const locks = locksOf(file.path, lockfiles);
    const isAsked = file.before !== null && (changesOf(file).length > 0 || dropped(file).length > 0);
    if (!isAsked || locks.length === 0 || locks.some((lock) => changed.has(lock))) return [];
    return [
      {
        path: file.path,
        line: changesOf(file)[0]?.now.line ?? null,
        rule: "lock_behind",
        level,
        message: `What the manifest asks for has changed, and ${locks.map(quote).join(", ")} has not.`,
        remedy: "Have the package manager bring the lockfile up to date.",
        subject: locks.join(" "),
      },
    ];
  });
  const alone = files
    .filter(({ path, before, after }) => isLockfile(path) && before !== null && after !== null)
    .filter(({ path }) => !files.some((other) => isManifestOf(other.path, path)))
    .map(({ path }): About => ({
      path,
      line: null,
      rule: "lock_without_manifest",
      level,
      message: "The lockfile has changed although no manifest asks for anything else.",
      remedy: "Leave the lockfile as it was, unless the task is to renew what is locked.",
      subject: "",
    }));
  return [...behind, ...alone];
}

function dropped({ path, before, after }: ChangedFile): readonly Dependency[] {
  const read = manifestReader(path);
  if (read === null || before === null) return [];
  const now = new Set(read(after ?? "").map(({ name }) => name));
  return read(before).filter(({ name }) => !now.has(name));
}
