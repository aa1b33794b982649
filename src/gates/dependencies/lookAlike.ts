import { distance } from "fastest-levenshtein";
import type { Ecosystem } from "./dependency.ts";
import { POPULAR_PYTHON } from "./popularPython.ts";

/** Shorter names are near many others. */
const MIN_LENGTH = 4;
/** So many of the most downloaded packages are imitated; near all well-known ones, every tenth honest name would be. */
const WORTH_IMITATING = 3000;
/** Two slips count in a name as long as this. */
const LONG = 8;

interface Popular {
  readonly names: ReadonlySet<string>;
  readonly byLength: ReadonlyMap<number, readonly string[]>;
  readonly bySkeleton: ReadonlyMap<string, string>;
  readonly scopes: ReadonlySet<string>;
}

const loading = new Map<Ecosystem, Promise<Popular>>();

/**
 * The well-known package that a name could be taken for: one slip away, two in a long name, the same but for separators and
 * figures that look like letters, or with another scope. Null for well-known names, and where no list of them is known here.
 */
export async function lookAlike(ecosystem: Ecosystem, name: string): Promise<string | null> {
  if (ecosystem !== "npm" && ecosystem !== "pypi") return null;
  const popular = await popularIn(ecosystem);
  if (popular.names.has(name)) return null;
  return scopeLookAlike(name, popular) ?? nameLookAlike(name, popular);
}

/** `@tpyes/node` for `@types/node`. What lies in a well-known scope belongs to its owner, whatever its name. */
function scopeLookAlike(name: string, { scopes, names }: Popular): string | null {
  const [scope = "", rest = ""] = name.split("/");
  if (!name.startsWith("@") || scopes.has(scope)) return null;
  const near = [...scopes].find((known) => known.length > MIN_LENGTH && isNear(scope, known));
  return near !== undefined && names.has(`${near}/${rest}`) ? `${near}/${rest}` : null;
}

function nameLookAlike(name: string, popular: Popular): string | null {
  if (name.startsWith("@") || name.length < MIN_LENGTH) return null;
  const alike = popular.bySkeleton.get(skeleton(name));
  if (alike !== undefined) return alike;
  const lengths = [0, -1, 1, -2, 2].map((more) => name.length + more);
  for (const length of lengths) {
    const near = (popular.byLength.get(length) ?? []).find((known) => isNear(name, known));
    if (near !== undefined) return near;
  }
  return null;
}

function isNear(name: string, known: string): boolean {
  const shorter = Math.min(name.length, known.length);
  if (shorter < MIN_LENGTH) return false;
  const slips = distance(name, known);
  if (slips === 0 || slips > 2) return false;
  return slips === 1 ? shorter > MIN_LENGTH || name.length === known.length : isSwap(name, known) || shorter >= LONG;
}

/** Two neighbours that changed places are one slip of the hand. */
function isSwap(name: string, known: string): boolean {
  if (name.length !== known.length) return false;
  let at = 0;
  while (name[at] === known[at]) at += 1;
  return name[at] === known[at + 1] && name[at + 1] === known[at] && name.slice(at + 2) === known.slice(at + 2);
}

/** What is left when separators go and figures are read as the letters they look like. */
function skeleton(name: string): string {
  return name
    .replaceAll(/[-_.]/g, "")
    .replaceAll("0", "o")
    .replaceAll(/[1|]/g, "l")
    .replaceAll("rn", "m")
    .replaceAll("vv", "w");
}

async function popularIn(ecosystem: "npm" | "pypi"): Promise<Popular> {
  const known = loading.get(ecosystem);
  if (known !== undefined) return known;
  const popular = load(ecosystem);
  loading.set(ecosystem, popular);
  return popular;
}

async function listsOf(
  ecosystem: "npm" | "pypi",
): Promise<{ readonly names: readonly string[]; readonly imitated: readonly string[] }> {
  if (ecosystem === "pypi") return { names: POPULAR_PYTHON, imitated: POPULAR_PYTHON };
  const { npmHighImpact, npmTopDownloads } = await import("npm-high-impact");
  return { names: npmHighImpact, imitated: npmTopDownloads.slice(0, WORTH_IMITATING) };
}

async function load(ecosystem: "npm" | "pypi"): Promise<Popular> {
  const { names, imitated } = await listsOf(ecosystem);
  const plain = imitated.filter((name) => !name.startsWith("@"));
  return {
    names: new Set(names),
    byLength: Map.groupBy(plain, ({ length }) => length),
    // The head of the list is the most used: of two names with one skeleton the first counts.
    bySkeleton: new Map(
      plain
        .toReversed()
        .filter(({ length }) => length >= MIN_LENGTH)
        .map((name) => [skeleton(name), name]),
    ),
    scopes: new Set(names.filter((name) => name.startsWith("@")).map((name) => name.split("/")[0] ?? "")),
  };
}
