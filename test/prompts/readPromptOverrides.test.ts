import { describe, expect, test } from "vitest";
import { readPromptOverrides } from "../../src/prompts/readPromptOverrides.ts";
import { samplePrompt } from "../../src/prompts/samplePrompt.ts";

const FOLDER = ".github/autopack/prompts/";

function read(name: string, text: string, profiles: readonly string[] = []) {
  return readPromptOverrides([{ path: `${FOLDER}${name}`, text }], { profiles });
}

function problemsOf(name: string, text: string): readonly string[] {
  const result = read(name, text);
  return result.kind === "ok" ? [] : result.problems.map(({ line, message }) => `${line}: ${message}`);
}

test("words of a repository take the place of the role's, and of nothing else", () => {
  const result = read("builder.md", "Speak like a pirate about {{title}}.\n");
  if (result.kind === "invalid") throw new Error(result.problems[0]?.message);
  const text = samplePrompt({ role: "builder", manner: "tweak_light", overrides: result.overrides });
  const own = samplePrompt({ role: "builder", manner: "tweak_light", overrides: {} });
  expect(text).toContain("Speak like a pirate about <title>.\n\nThis calls for a small change.");
  expect(text).not.toContain("You make one change");
  expect(text.slice(0, text.indexOf("## Your part"))).toBe(own.slice(0, own.indexOf("## Your part")));
  expect(text.slice(text.indexOf("## Where this"))).toBe(own.slice(own.indexOf("## Where this")));
});

test("what a placeholder stands for is not looked at for templates", () => {
  const result = read("investigator.md", "{{title}} {{{repository}}}");
  if (result.kind === "invalid") throw new Error("refused");
  expect(samplePrompt({ role: "investigator", manner: null, overrides: result.overrides })).toContain(
    "<title> <repository>",
  );
});

test("profiles that the configuration made up may have words", () => {
  expect(read("auditor.ours.md", "x").kind).toBe("invalid");
  expect(read("auditor.ours.md", "x", ["ours"])).toEqual({ kind: "ok", overrides: { "auditor.ours": "x" } });
});

test("other files are no business of ours", () => {
  const files = [`${FOLDER}README.md`, `${FOLDER}notes.txt`, ".github/autopack.yml"].map((path) => ({
    path,
    text: "",
  }));
  expect(readPromptOverrides(files, { profiles: [] })).toEqual({ kind: "ok", overrides: {} });
});

describe("is refused with its line", () => {
  test.each([
    ["an unknown name", "bilder.md", "x", "1: Autopack knows no prompt of this name: did you mean `builder.md`?"],
    ["a part of every prompt", "_rules.md", "x", "1: Autopack knows no prompt of this name"],
    [
      "an unknown placeholder",
      "builder.md",
      "a\nb {{titel}}",
      "2: There is no placeholder `titel`: did you mean `title`?",
    ],
    [
      "another role's placeholder",
      "builder.md",
      "{{max_phases}}",
      "1: There is no placeholder `max_phases`; known here:",
    ],
    ["a section", "builder.md", "a\n\n{{#title}}b{{/title}}", "3: `{{#title}}` cannot be used here"],
    ["a partial", "auditor.md", "{{> result}}", "1: `{{>result}}` cannot be used here"],
    ["other delimiters", "auditor.md", "{{=<% %>=}}\n<% title %>", "1: `{{=<% %>}}` cannot be used here"],
    ["a section that is not closed", "planner.md", "a\n{{#b}}", "2: This is not a template: Unclosed section"],
    ["a tag that is not closed", "planner.md", "a\nb\n{{c", "3: This is not a template: Unclosed tag"],
    ["no text", "planner.md", " \n", "1: The text is empty"],
    ["too much text", "planner.md", "x".repeat(20_001), "1: The text is longer than 20000 characters."],
    ["hidden text", "planner.md", "a\r\nb\u202Ec", "2: There is an invisible"],
  ])("%s", (...[, name, text, message]) => {
    const problems = problemsOf(name, text);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.slice(0, message.length)).toBe(message);
  });
});
