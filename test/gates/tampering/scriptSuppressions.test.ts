import { describe } from "vitest";
import { inFile, judgesEach } from "./tamperingCase.ts";

describe("suppressions", () => {
  const code = "export const a = read();\n";
  judgesEach(
    inFile("src/a.ts", [
      ["eslint-disable-next-line", code, `// eslint-disable-next-line no-eval\n${code}`, "suppression_added"],
      ["eslint-disable in a block", code, `/* eslint-disable */\n${code}`, "suppression_added"],
      ["oxlint-disable", code, `// oxlint-disable-next-line\n${code}`, "suppression_added"],
      ["biome-ignore", code, `// biome-ignore lint: why\n${code}`, "suppression_added"],
      ["@ts-ignore", code, `// @ts-ignore\n${code}`, "suppression_added"],
      ["@ts-expect-error", code, `// @ts-expect-error\n${code}`, "suppression_added"],
      ["@ts-nocheck", code, `// @ts-nocheck\n${code}`, "suppression_added"],
      ["istanbul", code, `/* istanbul ignore next */\n${code}`, "suppression_added"],
      ["c8", code, `/* c8 ignore start */\n${code}`, "suppression_added"],
      ["NOSONAR", code, code.replace(";", "; // NOSONAR"), "suppression_added"],
      ["as any", code, code.replace("read()", "read() as any"), "type_escaped (warns)"],
      ["a text with the words", code, code.replace("read()", 'read("// eslint-disable-next-line")')],
      ["a template with the words", code, code.replace("read()", "read(`\n// @ts-ignore\n`)")],
      ["a comment about it", code, `// We do not write eslint-disable or @ts-ignore here.\n${code}`],
      ["a regular expression with the words", code, code.replace("read()", "/\\/\\/ @ts-ignore/")],
      ["one is taken away", `// @ts-ignore\n${code}`, code],
      ["one moves", `// @ts-ignore\n${code}export const b = 1;\n`, `export const b = 1;\n// @ts-ignore\n${code}`],
      [
        "a second one of the same",
        `// @ts-ignore\n${code}`,
        `// @ts-ignore\n${code}// @ts-ignore\nexport const b = read();\n`,
        "suppression_added",
      ],
      ["a cast to a type", code, code.replace("read()", "read() as Any")],
    ]),
  );
});
