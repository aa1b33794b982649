import type { Objection } from "../../domain/objection.ts";
import { fingerprint } from "../fingerprint.ts";
import type { ChangedFile } from "../judged.ts";
import { quote } from "../quote.ts";

/** A lockfile with more objections than this is told about in these. */
const MAX_NAMED = 20;

interface Fault {
  readonly rule: "lock_other_source" | "lock_without_integrity" | "lock_install_script";
  readonly level: Objection["level"];
  readonly message: string;
  readonly remedy: string;
  readonly subject: string;
  readonly line: number;
}

/** Where the packages of each kind of lockfile come from usually. What the file named before is usual too. */
const USUAL = new Set([
  "registry.npmjs.org",
  "registry.yarnpkg.com",
  "pypi.org",
  "files.pythonhosted.org",
  "crates.io",
  "index.crates.io",
  "proxy.golang.org",
  "sum.golang.org",
]);

/** Git only, and what no registry vouches for. Plain addresses of repositories' pages are in lockfiles for other reasons. */
const GIT_SOURCE = /(?:git\+(?:ssh|https?|file)|git):\/\/[^\s"'#]+|git@[\w.-]+:[^\s"'#]+/g;
/** Addresses that a package is fetched from. */
const FETCHED =
  /(?:resolved|tarball|url|source|registry)["']?\s*[:=]?\s*["']?(?:registry\+|sparse\+)?(https?:\/\/[^\s"',}#]+)/g;

/** Judges what a lockfile's new lines take from elsewhere, leave unproven, or run at the installation. */
export function judgeLockfile(file: ChangedFile): readonly Objection[] {
  const { path, after } = file;
  if (after === null) return [];
  const faults = [...otherSources(file), ...(path.endsWith(".json") ? npmFaults(file) : [])];
  const distinct = [...new Map(faults.map((fault) => [`${fault.rule} ${fault.subject}`, fault])).values()];
  return distinct.slice(0, MAX_NAMED).map(({ rule, level, message, remedy, subject, line }): Objection => {
    const about = { ruleSet: "dependencies", rule, path } as const;
    const lines = { start: line, end: line };
    return { ...about, level, message, remedy, lines, side: "after", fingerprint: fingerprint(about, subject) };
  });
}

function otherSources({ before, after, added }: ChangedFile): readonly Fault[] {
  const known = new Set([...USUAL, ...hostsIn(before ?? "")]);
  const knownGit = new Set((before ?? "").match(GIT_SOURCE));
  return linesAt(after ?? "", added).flatMap(([line, text]): readonly Fault[] => {
    const git = (text.match(GIT_SOURCE) ?? []).filter((address) => !knownGit.has(address));
    const hosts = hostsIn(text).filter((host) => !known.has(host));
    return [...git.map((address) => addressOf(address)), ...hosts].map((source) => ({
      rule: "lock_other_source",
      level: "blocks",
      message: `The lockfile takes a package from ${quote(source)}, which no lockfile line named before.`,
      remedy: "Lock the package from the registry that the others come from.",
      subject: source,
      line,
    }));
  });
}

/** Without what stands before an `@`: it may be a password. */
function addressOf(address: string): string {
  return address.replace(/\/\/[^/@]*@/, "//");
}

function hostsIn(text: string): readonly string[] {
  return [...text.matchAll(FETCHED)].flatMap((match) => {
    const address = match[1] ?? "";
    return URL.canParse(address) ? [new URL(address).host] : [];
  });
}

interface NpmEntry {
  readonly resolved?: unknown;
  readonly integrity?: unknown;
  readonly hasInstallScript?: unknown;
  readonly version?: unknown;
}

function npmFaults({ before, after }: ChangedFile): readonly Fault[] {
  const known = npmPackages(before);
  const text = after ?? "";
  return [...npmPackages(text)].flatMap(([place, entry]): readonly Fault[] => {
    const old = known.get(place);
    if (place === "" || (old !== undefined && JSON.stringify(old) === JSON.stringify(entry))) return [];
    const name = place.replace(/^.*node_modules\//, "");
    const line = lineOf(text, place);
    const at = `${name}@${typeof entry.version === "string" ? entry.version : ""}`;
    const isFetched = typeof entry.resolved === "string" && /^https?:/.test(entry.resolved);
    const faults: (Fault | null)[] = [
      isFetched && typeof entry.integrity !== "string"
        ? {
            rule: "lock_without_integrity",
            level: "blocks",
            message: `The lockfile has no \`integrity\` for ${quote(at)}: whatever the registry sends would be taken.`,
            remedy: "Have the package manager write the lockfile anew.",
            subject: at,
            line,
          }
        : null,
      entry.hasInstallScript === true && old?.hasInstallScript !== true
        ? {
            rule: "lock_install_script",
            level: "warns",
            message: `${quote(at)} runs a script of its own when it is installed.`,
            remedy: "Use a package that needs none, or say why this one is to be trusted.",
            subject: name,
            line,
          }
        : null,
    ];
    return faults.filter((fault) => fault !== null);
  });
}

function npmPackages(text: string | null): ReadonlyMap<string, NpmEntry> {
  try {
    const lock: unknown = JSON.parse(text ?? "{}");
    const packages = typeof lock === "object" && lock !== null && "packages" in lock ? lock.packages : null;
    if (typeof packages !== "object" || packages === null) return new Map();
    const entries = Object.entries(packages) as [string, unknown][];
    return new Map(
      entries.filter((entry): entry is [string, NpmEntry] => typeof entry[1] === "object" && entry[1] !== null),
    );
  } catch {
    return new Map();
  }
}

function lineOf(text: string, key: string): number {
  const at = text.indexOf(`${JSON.stringify(key)}:`);
  return at === -1 ? 1 : text.slice(0, at).split("\n").length;
}

function linesAt(text: string, numbers: ReadonlySet<number>): readonly (readonly [number, string])[] {
  const lines = text.split("\n");
  return [...numbers].map((number) => [number, lines[number - 1] ?? ""] as const);
}
