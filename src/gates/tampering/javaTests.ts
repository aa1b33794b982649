import { ancestors, childBy, partsOf, textOf, walk } from "../syntax/syntaxNode.ts";
import type { SyntaxNode } from "../syntax/syntaxNode.ts";
import type { TestBlock } from "./testBlock.ts";

const TESTS = /^(?:Test|ParameterizedTest|RepeatedTest|TestFactory|TestTemplate|Property|ArchTest)$/;

/** Tests of JUnit 3, 4, 5 and TestNG, and the classes that hold them. */
export function* javaTests(root: SyntaxNode): Generator<TestBlock> {
  for (const node of walk(root)) {
    if (node.type !== "method_declaration" && node.type !== "class_declaration") continue;
    const name = textOf(childBy(node, "name") ?? node);
    const annotations = annotationsOf(node);
    const isCase = node.type === "method_declaration" && (annotations.some(isTest) || isJUnit3(node, name));
    const isGroup = node.type === "class_declaration" && /Tests?$|^Test|TestCase$|IT$|Spec$/.test(name);
    if (!isCase && !isGroup) continue;
    const rows = isCase ? rowsOf(annotations) : null;
    yield { kind: isCase ? "case" : "group", name, node, body: childBy(node, "body"), rows };
  }
}

export function annotationName(annotation: SyntaxNode): string {
  return (
    textOf(childBy(annotation, "name") ?? annotation)
      .split(".")
      .at(-1) ?? ""
  );
}

export function annotationsOf(node: SyntaxNode): readonly SyntaxNode[] {
  const modifiers = node.children.find((each) => each.type === "modifiers");
  return modifiers?.children.filter((each) => each.type.endsWith("annotation")) ?? [];
}

function isTest(annotation: SyntaxNode): boolean {
  return TESTS.test(annotationName(annotation));
}

function isJUnit3(node: SyntaxNode, name: string): boolean {
  const holder = [...ancestors(node)].find((each) => each.type === "class_declaration");
  const base = holder === undefined ? null : childBy(holder, "superclass");
  return /^test[A-Z_0-9]/.test(name) && base !== null && /TestCase\b/.test(textOf(base));
}

function rowsOf(annotations: readonly SyntaxNode[]): number | null {
  const source = annotations.find((each) => /^(?:ValueSource|CsvSource|EnumSource)$/.test(annotationName(each)));
  if (source === undefined) return null;
  for (const node of walk(source)) if (node.type === "element_value_array_initializer") return partsOf(node).length;
  return null;
}
