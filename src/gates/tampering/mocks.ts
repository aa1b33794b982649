import { argumentsOf, namesOf } from "../syntax/calls.ts";
import type { Family } from "../syntax/language.ts";
import { textOf, walk } from "../syntax/syntaxNode.ts";
import type { SyntaxNode } from "../syntax/syntaxNode.ts";
import { shown } from "./charge.ts";
import type { Mark } from "./mark.ts";
import { patchesOfUnit } from "./pythonMocks.ts";

interface At {
  readonly path: string;
  readonly family: Family;
}

/** Mocks of the very module that a test file is named for: `jest.mock("./cart")` in `cart.test.ts`, or of what it tests there. */
export function* mocksIn(root: SyntaxNode, { path, family }: At): Generator<Mark> {
  const unit = unitOf(path);
  if (unit === null) return;
  if (family === "python") for (const node of patchesOfUnit(root, unit)) yield toMark(node, path, unit);
  if (family !== "script") return;
  for (const node of walk(root)) {
    if (node.type !== "call_expression") continue;
    const [owner = "", verb = ""] = namesOf(node);
    const [module] = argumentsOf(node);
    const isMock = /^(?:vi|jest|mock)$/.test(owner) && /^(?:mock|doMock|module|setMock)$/.test(verb);
    if (!isMock || module === undefined || moduleName(module) !== unit || isPartial(node)) continue;
    yield toMark(node, path, unit);
  }
}

function toMark(node: SyntaxNode, path: string, unit: string): Mark {
  return {
    rule: "unit_mocked",
    level: "warns",
    node,
    key: `mock ${path} ${unit}`,
    message: `${shown(textOf(node))} replaces the module that these tests are about.`,
    remedy: "Test the module itself, and replace only what it depends on.",
  };
}

function unitOf(path: string): string | null {
  const python = /(?:^|\/)(?:test_([^/]+)|([^/]+)_test)\.py$/.exec(path);
  return python?.[1] ?? python?.[2] ?? /([^/]+)\.(?:test|spec)\.[cm]?[jt]sx?$/.exec(path)?.[1] ?? null;
}

function moduleName(node: SyntaxNode): string {
  const path = textOf(node).replaceAll(/["'`]/g, "");
  return path.startsWith(".") || path.startsWith("@/") || path.startsWith("~/")
    ? (/([^/]+?)(?:\.[cm]?[jt]sx?)?$/.exec(path)?.[1] ?? "")
    : "";
}

/** The real one is in it. */
function isPartial(node: SyntaxNode): boolean {
  return /\b(?:importActual|requireActual|importOriginal|spy: true)\b/.test(textOf(node));
}
