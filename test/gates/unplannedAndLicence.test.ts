import { expect, test } from "vitest";
import { judgeChange } from "../../src/gates/judgeChange.ts";
import { judgeLicence } from "../../src/gates/licence.ts";
import { judgeUnplanned } from "../../src/gates/unplanned.ts";
import { GATES } from "../domain/runFixture.ts";
import { changed, context } from "./changedFixture.ts";

const FILES = [
  changed("src/a.ts", "a\n", "b\n"),
  changed("test/a.test.ts", null, "t\n"),
  changed("src/[id].ts", null, "t\n"),
  changed("docs/x.md", "x\n", null),
];

test("a file that the plan does not foresee warns; its test and what is generated belong to it", () => {
  const plannedFiles = ["src/a.ts", "src/[id].ts"];
  const found = judgeUnplanned(FILES, context({ plannedFiles }));
  expect(found).toMatchObject([{ path: "docs/x.md", level: "warns", side: "before" }]);
  expect(judgeUnplanned(FILES, context({ plannedFiles, isStrict: true }))).toMatchObject([{ level: "blocks" }]);
  expect(judgeUnplanned(FILES, context({ expectedFiles: ["src/**"], isStrict: true }))).toMatchObject([
    { path: "docs/x.md", level: "warns" },
  ]);
  expect(judgeUnplanned(FILES, context({ plannedFiles, generated: ["docs/**"] }))).toEqual([]);
  expect(judgeUnplanned(FILES, context())).toEqual([]);
});

const LICENCE = {
  header: 'Copyright {year} Acme Corp.\nLicensed under the Apache License, Version 2.0 (the "License").',
  files: ["src/**/*.{ts,py,html}"],
};

test.each([
  [
    "src/a.ts",
    '// Copyright 2024 Acme Corp.\n// Licensed under the Apache License, Version 2.0 (the "License").\n\ncode\n',
  ],
  [
    "src/a.ts",
    '/*\n * Copyright 2019-2024 Acme Corp. Licensed under the\n * Apache License, Version 2.0 (the "License").\n */\n',
  ],
  [
    "src/a.py",
    '#!/usr/bin/env python\n# Copyright 2024 Acme Corp.\n#\n# Licensed under the Apache License, Version 2.0 (the "License").\n',
  ],
  [
    "src/a.html",
    '<!-- Copyright 2024 Acme Corp. Licensed under the Apache License, Version 2.0 (the "License"). -->\n',
  ],
  ["docs/a.md", "# Nothing\n"],
])("%s has what is asked of it", (path, text) => {
  expect(judgeLicence([changed(path, null, text)], LICENCE)).toEqual([]);
});

test("a new file without the header blocks; an old one, and an empty one, are left alone", () => {
  const wrong = "// Copyright Acme Corp.\ncode\n";
  expect(judgeLicence([changed("src/a.ts", null, wrong)], LICENCE)).toMatchObject([{ level: "blocks" }]);
  expect(judgeLicence([changed("src/a.ts", "x\n", wrong), changed("src/b.ts", null, "")], LICENCE)).toEqual([]);
  expect(judgeLicence([changed("src/a.ts", null, wrong)], null)).toEqual([]);
});

test("levels of the configuration: warned, switched off, and what nobody has read", async () => {
  const change = { files: FILES, unread: ["z.bin"], earlier: [] };
  const settings = { ...GATES, levels: { ...GATES.levels, size: "warn", unplanned: "off" } } as const;
  const judged = await judgeChange(change, context({ settings, plannedFiles: ["src/a.ts"], isStrict: true }));
  expect(judged.map(({ ruleSet }) => ruleSet)).not.toContain("unplanned");
  expect(judged.flatMap(({ objections }) => objections)).toMatchObject([
    { ruleSet: "size", rule: "not_read", level: "warns", path: "z.bin" },
  ]);
});

test("a rule set that breaks has not judged, and what nobody has judged does not land", async () => {
  const trap = { path: "a.ts", before: null, added: new Set([1]), removed: new Set<number>() };
  const file = Object.defineProperty({ ...trap, after: "" }, "after", {
    get: () => {
      throw new RangeError("the text");
    },
  });
  const judged = await judgeChange({ files: [file], unread: [], earlier: [] }, context());
  const secrets = judged.find(({ ruleSet }) => ruleSet === "secrets");
  expect(secrets?.objections).toMatchObject([{ rule: "not_judged", level: "blocks", path: "a.ts" }]);
  expect(JSON.stringify(secrets)).not.toContain("the text");
});
