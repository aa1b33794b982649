import { namesOf } from "../syntax/calls.ts";
import { childBy, isComment, partsOf, textOf, walk } from "../syntax/syntaxNode.ts";
import type { SyntaxNode } from "../syntax/syntaxNode.ts";
import type { TestBlock } from "./testBlock.ts";

/** Functions with a test's attribute: `#[test]`, `#[tokio::test]`, `#[rstest]` and the like; and modules of tests. */
export function* rustTests(root: SyntaxNode): Generator<TestBlock> {
  for (const node of walk(root)) {
    if (node.type !== "function_item" && node.type !== "mod_item") continue;
    const attributes = attributesOf(node);
    const names = attributes.map(attributeName);
    const isTest = node.type === "function_item" && names.some(isTestAttribute);
    const isGroup = node.type === "mod_item" && attributes.some((each) => /\bcfg\b.*\btest\b/.test(textOf(each)));
    if (!isTest && !isGroup) continue;
    const cases = names.filter((each) => each === "case" || each === "test_case").length;
    const name = textOf(childBy(node, "name") ?? node);
    const rows = cases === 0 ? null : cases;
    yield { kind: isTest ? "case" : "group", name, node, body: childBy(node, "body"), rows };
  }
}

function isTestAttribute(name: string): boolean {
  return /(?:^|::)(?:test|rstest|test_case|wasm_bindgen_test|quickcheck|proptest)$/.test(name);
}

export function attributeName(item: SyntaxNode): string {
  const attribute = partsOf(item)[0];
  const [path] = attribute === undefined ? [] : partsOf(attribute);
  return path === undefined ? "" : path.type === "identifier" ? textOf(path) : namesOf(path).join("::");
}

/** The `#[…]` that stand before an item. */
export function attributesOf(item: SyntaxNode): readonly SyntaxNode[] {
  const siblings = item.parent?.children ?? [];
  const found: SyntaxNode[] = [];
  for (let at = siblings.indexOf(item) - 1; at >= 0; at -= 1) {
    const sibling = siblings[at];
    if (sibling === undefined || !(sibling.type === "attribute_item" || isComment(sibling))) break;
    if (sibling.type === "attribute_item") found.unshift(sibling);
  }
  return found;
}
