import type { Family } from "../syntax/language.ts";
import { normalised } from "../syntax/normalised.ts";
import { isComment, partsOf, textOf, walk } from "../syntax/syntaxNode.ts";
import type { SyntaxNode } from "../syntax/syntaxNode.ts";
import { wordAnywhere } from "../syntax/wordAnywhere.ts";
import { shown } from "./charge.ts";
import { annotationName } from "./javaTests.ts";
import type { Mark } from "./mark.ts";
import { attributeName } from "./rustTests.ts";

/** Where a tool reads its instruction only at the beginning of a comment, the words further on are mere words. */
const STARTS: Readonly<Record<Family, RegExp>> = {
  script:
    /^(?:eslint-disable|oxlint-disable|biome-ignore|tslint:disable|deno-lint-ignore|@ts-(?:ignore|expect-error|nocheck)\b|istanbul ignore|[cv]8 ignore|node:coverage (?:disable|ignore)|stylelint-disable|jshint ignore|jscs:disable|@?\$Flow(?:FixMe|Ignore)|@flow-ignore|nosemgrep|NOSONAR)/,
  python: /^(?:mypy:\s*ignore-errors|pyright:\s*(?:basic|ignore)|ruff:\s*noqa|flake8:\s*noqa|type:\s*ignore|nosemgrep)/,
  go: /^(?:nolint\b|lint:(?:file-)?ignore|nosemgrep)/,
  rust: /^(?:nosemgrep|NOSONAR)/,
  java: /^(?:CHECKSTYLE[: ]?OFF|noinspection\b|NOPMD|nosemgrep|spotless:off)/i,
  other:
    /^(?:rubocop:(?:disable|todo)|:nocov:|shellcheck disable|phpcs:(?:ignore|disable)|@?phpstan-ignore|@psalm-suppress|@codeCoverageIgnore|stylelint-disable|ReSharper disable|NOLINT|LCOV_EXCL|cppcheck-suppress|clang-tidy off|reek:disable|brakeman:ignore)/,
};
/** Where a tool reads it anywhere in a comment. */
const ANYWHERE: Readonly<Record<Family, RegExp>> = {
  script: /\bNOSONAR\b/,
  python:
    /#\s*(?:noqa\b|type:\s*ignore\b|pyright:\s*ignore\b|pyre-(?:ignore|fixme)|nosec\b)|\bpylint:\s*disable|#\s*pragma[:\s]?\s*no\s*(?:cover|branch)|\bNOSONAR\b/i,
  go: /#nosec\b|\bNOSONAR\b/,
  rust: /$^/,
  java: /\bNOSONAR\b|\bNOPMD\b/,
  other: /\bNOSONAR\b/,
};

/** The same words wherever they stand: what is at the beginning of a comment is somewhere in the text. */
const INSIDE: Readonly<Record<Family, RegExp>> = {
  script: unanchored(STARTS.script),
  python: unanchored(STARTS.python),
  go: unanchored(STARTS.go),
  rust: unanchored(STARTS.rust),
  java: unanchored(STARTS.java),
  other: unanchored(STARTS.other),
};

function unanchored({ source, flags }: RegExp): RegExp {
  return new RegExp(source.slice(1), flags);
}

/** Instructions to tools to look away, as comments, attributes and annotations. Text in strings is none. */
export function* suppressionsIn(root: SyntaxNode, family: Family): Generator<Mark> {
  for (const node of walk(root)) {
    const what = isComment(node) ? inComment(node, family) : inCode(node, family);
    if (what !== null) yield toMark(node, what);
  }
}

/** What is in every text that has a suppression as code: names as they are written. */
const IN_CODE: Readonly<Record<Family, RegExp>> = {
  script: wordAnywhere("any"),
  python: /no_type_check/,
  go: /$^/,
  rust: /allow|expect|coverage|cfg_attr/,
  java: /Suppress/,
  other: /#pragma warning/,
};

/** Whether a text may have one, told without its syntax: where this says no, there is none. */
export function mayHoldSuppression(text: string, family: Family): boolean {
  return INSIDE[family].test(text) || ANYWHERE[family].test(text) || IN_CODE[family].test(text);
}

function toMark(node: SyntaxNode, what: string): Mark {
  const isAny = what === "any";
  const text = textOf(node);
  return {
    rule: isAny ? "type_escaped" : "suppression_added",
    level: isAny ? "warns" : "blocks",
    node,
    key: `suppression ${isComment(node) ? what.replaceAll(/\s+/g, " ") : normalised(node)}`,
    message: isAny ? `${shown(text)} switches the type checker off.` : `${shown(text)} tells a check to look away.`,
    remedy: isAny
      ? "Use the real type, or `unknown` and a check."
      : "Take it away and change the code so that the check passes.",
  };
}

function inComment(node: SyntaxNode, family: Family): string | null {
  const text = textOf(node);
  const said = text
    .replace(/^(?:\/\/+!?|\/\*+|#+|--|%)\s*/, "")
    .replace(/^\*\s*/, "")
    .replace(/\s*\*\/$/, "");
  if (STARTS[family].test(said) && !isOfGo(text, family)) return said;
  return ANYWHERE[family].test(text) ? said : null;
}

/** Go's tools take `//nolint` without a blank only. golangci takes both today; a sentence about nolint is told by its next word. */
function isOfGo(text: string, family: Family): boolean {
  return family === "go" && /^\/\/\s+nolint\s+[a-z]/.test(text);
}

function inCode(node: SyntaxNode, family: Family): string | null {
  switch (family) {
    case "script":
      return isAnyCast(node) ? "any" : null;
    case "rust":
      return isAllowing(node) ? textOf(node) : null;
    case "java":
      return isSuppressing(node) ? textOf(node) : null;
    case "python":
      return node.type === "decorator" && /\bno_type_check$/.test(textOf(node)) ? textOf(node) : null;
    case "other":
      return /^#pragma warning\s+disable/.test(textOf(node).slice(0, 40)) && node.type.startsWith("preproc")
        ? textOf(node)
        : null;
    case "go":
      return null;
  }
}

function isAnyCast(node: SyntaxNode): boolean {
  if (node.type !== "as_expression" && node.type !== "type_assertion") return false;
  return partsOf(node).some((each) => /^(?:any|<any>)$/.test(textOf(each)));
}

function isAllowing(node: SyntaxNode): boolean {
  if (node.type !== "attribute_item" && node.type !== "inner_attribute_item") return false;
  const name = attributeName(node);
  if (name === "allow" || name === "expect") return true;
  if (name === "coverage") return /\boff\b/.test(textOf(node));
  return name === "cfg_attr" && /,\s*(?:allow|coverage)\s*\(/.test(textOf(node));
}

function isSuppressing(node: SyntaxNode): boolean {
  if (node.type !== "annotation" && node.type !== "marker_annotation") return false;
  return /^Suppress(?:Warnings|FBWarnings|Lint|PMD|ForbiddenApi)?$/.test(annotationName(node));
}
