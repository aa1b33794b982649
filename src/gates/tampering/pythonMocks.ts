import { argumentsOf, isCall, namesOf } from "../syntax/calls.ts";
import { textOf, walk } from "../syntax/syntaxNode.ts";
import type { SyntaxNode } from "../syntax/syntaxNode.ts";

/** What a test file calls, and what it has taken from the module that it is named for. */
interface Used {
  readonly unit: string;
  readonly imported: ReadonlySet<string>;
  /** Chains of names: `cart.add`. */
  readonly called: readonly (readonly string[])[];
}

/**
 * Patches of what a test itself calls in the module that it is named for: `patch("shop.cart.add")` in `test_cart.py`, which
 * calls `add`. What that module depends on is patched there as well, and that is how it is done.
 */
export function* patchesOfUnit(root: SyntaxNode, unit: string): Generator<SyntaxNode> {
  const patches = [...walk(root)].filter((node) => isCall(node) && isPatch(namesOf(node)));
  if (patches.length === 0) return;
  const used = usedIn(root, unit);
  for (const node of patches) {
    const target = targetOf(node);
    if (target !== null && isOwn(target, used) && !/\bwraps\s*=/.test(textOf(node))) yield node;
  }
}

function isPatch(names: readonly string[]): boolean {
  const text = names.join(".");
  return /^(?:unittest\.)?(?:mock\.)?patch(?:\.object)?$|^mocker\.patch(?:\.object)?$|^monkeypatch\.setattr$/.test(
    text,
  );
}

/** `["shop", "cart", "add"]` of a text, or of an object and the name of what it has. */
function targetOf(call: SyntaxNode): readonly string[] | null {
  const [first, second] = argumentsOf(call);
  if (first === undefined) return null;
  if (first.type === "string") return unquoted(first).split(".");
  const name = second?.type === "string" ? unquoted(second) : null;
  return name === null ? null : [...namesOf(first), name];
}

function unquoted(text: SyntaxNode): string {
  return textOf(text).replaceAll(/^\w?["']+|["']+$/g, "");
}

function isOwn(target: readonly string[], { unit, imported, called }: Used): boolean {
  const at = target.indexOf(unit);
  const [owner = "", name = "", ...deeper] = target.slice(at + 1);
  if (deeper.length > 0) return false;
  if (name !== "") return imported.has(owner) && called.some((chain) => chain.at(-1) === name);
  if (at === -1) return false;
  if (owner === "") return true;
  return called.some((chain) =>
    chain.length === 1 ? chain[0] === owner && imported.has(owner) : chain.at(-2) === unit && chain.at(-1) === owner,
  );
}

function usedIn(root: SyntaxNode, unit: string): Used {
  const imported = new Set<string>();
  const called: (readonly string[])[] = [];
  for (const node of walk(root)) {
    if (isCall(node)) called.push(namesOf(node));
    if (node.type === "import_from_statement") for (const name of importedFrom(textOf(node), unit)) imported.add(name);
  }
  return { unit, imported, called };
}

function importedFrom(statement: string, unit: string): readonly string[] {
  const [, module = "", names = ""] = /^from\s+([\w.]+)\s+import\s+([\s\S]*)$/.exec(statement) ?? [];
  if (module.split(".").at(-1) !== unit) return [];
  return names
    .replaceAll(/[()]/g, "")
    .split(",")
    .map((each) => each.trim());
}
