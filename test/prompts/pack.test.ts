import Mustache from "mustache";
import { describe, expect, test } from "vitest";
import { CATEGORIES, GENERAL_REVIEW } from "../../src/domain/strategy/categories.ts";
import { NO_PROMPT_OVERRIDES } from "../../src/domain/promptOverrides.ts";
import { PLACEHOLDERS } from "../../src/prompts/placeholders.ts";
import { PROMPT_PACK, TEMPLATES, mannersOf, promptVersion, replaceableNames } from "../../src/prompts/promptPack.ts";
import { mannerOr, samplePrompt } from "../../src/prompts/samplePrompt.ts";

const ROLES = ["planner", "builder", "auditor", "investigator"] as const;
const RULES = TEMPLATES.get("_rules") ?? "";

function samples() {
  return ROLES.flatMap((role) => {
    const manners = mannersOf(role);
    return (manners.length === 0 ? [null] : manners).map((manner) => ({ role, manner }));
  });
}

describe("the pack", () => {
  test("has words for every mode and every profile that a category calls for", () => {
    const rules = Object.values(CATEGORIES);
    const profiles = rules.flatMap(({ auditorProfile }) => (auditorProfile === null ? [] : [auditorProfile]));
    expect(mannersOf("auditor")).toEqual(expect.arrayContaining([...profiles, GENERAL_REVIEW, "final"]));
    expect(mannersOf("builder")).toEqual(expect.arrayContaining(rules.map(({ builderMode }) => builderMode)));
  });

  test.each(samples())("$role, $manner: rules first, the form of the result last, nothing left to fill in", (order) => {
    const text = samplePrompt({ ...order, overrides: NO_PROMPT_OVERRIDES });
    expect(text.indexOf("## Rules")).toBeLessThan(text.indexOf("## Your part"));
    expect(text.indexOf("<Here stand")).toBeLessThan(text.indexOf("## Result"));
    expect(text).not.toMatch(/\{\{|undefined|\[object/);
    expect(text).not.toMatch(/\n{3}/);
    expect(text).toContain("$AUTOPACK_RESULT");
    expect(text.includes("Do not commit and do not push")).toBe(order.role === "builder");
  });

  test("what every role is told is written once", () => {
    const first = RULES.split("\n").find((line) => line.startsWith("- Fenced")) ?? "";
    const holders = [...TEMPLATES].filter(([, text]) => text.includes(first.slice(0, 40)));
    expect(holders.map(([name]) => name)).toEqual(["_rules"]);
  });

  test("words that can be replaced name only placeholders that there are", () => {
    for (const name of replaceableNames()) {
      const role = ROLES.find((each) => name === each || name.startsWith(`${each}.`));
      const used = Mustache.parse(TEMPLATES.get(name) ?? "").filter(([kind]) => kind !== "text");
      const known: readonly string[] = role === undefined ? [] : PLACEHOLDERS[role];
      expect(used.every(([kind, value]) => kind === "name" && known.includes(value))).toBe(true);
    }
  });

  test("its version follows its words and those of the repository", () => {
    expect(PROMPT_PACK.hash).toMatch(/^[0-9a-f]{64}$/);
    const own = promptVersion(NO_PROMPT_OVERRIDES);
    expect(own).toBe(`${PROMPT_PACK.version}+${PROMPT_PACK.hash.slice(0, 12)}`);
    const other = promptVersion({ builder: "a" });
    expect(other.startsWith(`${own}+`)).toBe(true);
    expect(promptVersion({ builder: "b" })).not.toBe(other);
    expect(promptVersion({ builder: "a", planner: "b" })).toBe(promptVersion({ planner: "b", builder: "a" }));
  });

  test("a profile that nobody has words for is audited in general, and a mode that is none is refused", () => {
    const general = samplePrompt({ role: "auditor", manner: GENERAL_REVIEW, overrides: {} });
    const unknown = samplePrompt({ role: "auditor", manner: "ours", overrides: {} });
    expect(unknown).toBe(general);
    expect(() => mannerOr("builder", "ours")).toThrow("no mode ours");
    expect(() => mannerOr("planner", "ours")).toThrow("no modes");
  });
});
