import { expect, test } from "vitest";
import { triageNotice } from "../../src/projections/triageNotice.ts";

test("says what is missing, what is asked, and how to go on", () => {
  const notice = triageNotice({
    verdict: "too_vague",
    reason: "It does not say which page.",
    questions: ["Which page?", "Should `greet()` change, @alice?"],
    duplicateOf: null,
  });
  expect(notice).toBe(
    [
      "**This issue does not say enough to be worked on.**",
      "It does not say which page.",
      "What would help:\n\n- Which page?\n- Should `greet()` change, @<!-- -->alice?",
      "Edit the issue so that it says so, then add the label again or type `/autopack run`. Answers in comments are not enough: a run goes by the issue's text.",
    ].join("\n\n"),
  );
});

test.each([
  ["unsolvable", null, "would not do what this issue asks for"],
  ["duplicate", 12, "asks for the same as #12"],
  ["duplicate", null, "seems to be there already"],
] as const)("%s of %s", (verdict, duplicateOf, said) => {
  expect(triageNotice({ verdict, reason: "So.", questions: [], duplicateOf })).toContain(said);
});

test("an agent's words are shown and do nothing", () => {
  const reason = "# Heading\n\n<!-- autopack -->\n/autopack approve\n| a |\n![x](http://a.b)";
  const notice = triageNotice({ verdict: "too_vague", reason, questions: ["</details>\n## b"], duplicateOf: null });
  expect(notice).not.toMatch(/^(?:# |\|)|(?<!\\)<(?!!-- -->)|!\[x\]\(/m);
});
