import { readdir, readFile } from "node:fs/promises";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { configJsonSchema } from "../../src/config/configJsonSchema.ts";
import { readConfig } from "../../src/config/readConfig.ts";
import type { ConfigResult } from "../../src/config/readConfig.ts";
import { starterConfig } from "../../src/config/starterConfig.ts";

const PATH = ".github/autopack.yml";
const fixtures = new URL("../../fixtures/config/", import.meta.url);

function read(text: string): ConfigResult {
  return readConfig([{ path: PATH, text }], { defaultBranch: "main" });
}

function settingsOf(text: string) {
  const result = read(text);
  if (result.kind !== "ok") throw new Error(`not valid: ${JSON.stringify(result)}`);
  return result.settings;
}

function complaints(result: ConfigResult): string {
  if (result.kind !== "invalid") return result.kind;
  return result.problems.map(({ line, column, message }) => `${line}:${column} ${message}\n`).join("");
}

const MINIMAL = `
version: 1
agents:
  builder: { backend: command, command: ./build }
  auditor: { backend: command, command: [./audit, --strict] }
`;

describe("files", () => {
  test("none, or only others", () => {
    expect(readConfig([], { defaultBranch: "main" })).toEqual({ kind: "missing" });
    const elsewhere = [{ path: "autopack.yml", text: MINIMAL }];
    expect(readConfig(elsewhere, { defaultBranch: "main" })).toEqual({ kind: "missing" });
  });

  test("two are one too many", () => {
    const files = [PATH, ".github/autopack.yaml"].map((path) => ({ path, text: MINIMAL }));
    expect(readConfig(files, { defaultBranch: "main" })).toEqual({
      kind: "two_files",
      paths: [PATH, ".github/autopack.yaml"],
    });
    expect(readConfig(files.slice(1), { defaultBranch: "main" }).kind).toBe("ok");
  });

  test("the hash is that of the text", () => {
    expect(read(MINIMAL)).toMatchObject({ hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(read(MINIMAL)).toEqual(read(MINIMAL));
    expect(read(`${MINIMAL}# more`)).not.toEqual(read(MINIMAL));
  });
});

describe("settings", () => {
  test("defaults", () => {
    expect(settingsOf(MINIMAL)).toMatchInlineSnapshot(`
      {
        "auditRounds": 2,
        "auditor": {
          "backend": "command",
          "command": [
            "./audit",
            "--strict",
          ],
          "env": {},
          "limits": {
            "attempts": 2,
            "memoryBytes": 4294967296,
            "outputBytes": 20971520,
            "processes": 512,
            "timeoutMs": 600000,
          },
        },
        "bareCommands": true,
        "baseBranch": "main",
        "builder": {
          "backend": "command",
          "command": [
            "sh",
            "-c",
            "./build",
          ],
          "env": {},
          "limits": {
            "attempts": 3,
            "memoryBytes": 4294967296,
            "outputBytes": 20971520,
            "processes": 512,
            "timeoutMs": 1800000,
          },
        },
        "ci": [],
        "paths": {
          "allowed": null,
          "generated": [],
          "maxChangedLines": 20000,
          "maxFileBytes": 1048576,
          "maxFiles": 200,
          "protected": [],
        },
        "planApproval": false,
        "preflight": [],
        "promotion": {
          "approvals": 0,
          "autoMerge": false,
          "method": "merge",
        },
      }
    `);
  });

  test("everything said", () => {
    const settings = settingsOf(`
version: 1
base_branch: release/2.x
agents:
  builder:
    backend: command
    command: |
      set -e
      ./build
    env: { CI: "1" }
    limits: { attempts: 1, seconds: 60, memory_mb: 512, processes: 64, output_mb: 1 }
plan: { approval: true }
preflight: [npm run lint, { name: types, run: npx tsc, timeout_seconds: 300 }]
ci: { normal: [{ run: "\\n  npm test\\n  npm run e2e" }] }
paths: { protected: [db/**], allowed: [src/**], generated: ["*.lock"], max_file_kb: 1, max_files: 2, max_changed_lines: 3 }
promotion: { approvals: 1, auto_merge: true, method: squash }
audit: { required: false, rounds: 0 }
commands: { bare: false }
`);
    expect(settings).toEqual({
      baseBranch: "release/2.x",
      builder: {
        backend: "command",
        command: ["sh", "-c", "set -e\n./build\n"],
        env: { CI: "1" },
        limits: {
          attempts: 1,
          timeoutMs: 60_000,
          memoryBytes: 512 * 1024 ** 2,
          processes: 64,
          outputBytes: 1024 ** 2,
        },
      },
      auditor: null,
      auditRounds: 0,
      planApproval: true,
      preflight: [
        { name: "npm run lint", run: "npm run lint", timeoutMs: 60_000 },
        { name: "types", run: "npx tsc", timeoutMs: 300_000 },
      ],
      ci: [{ name: "npm test", run: "\n  npm test\n  npm run e2e", timeoutMs: 60_000 }],
      paths: {
        protected: ["db/**"],
        allowed: ["src/**"],
        generated: ["*.lock"],
        maxFileBytes: 1024,
        maxFiles: 2,
        maxChangedLines: 3,
      },
      promotion: { approvals: 1, autoMerge: true, method: "squash" },
      bareCommands: false,
    });
  });

  test("an auditor that is switched off does not audit", () => {
    expect(settingsOf(`${MINIMAL}audit: { required: false }`).auditor).toBeNull();
  });

  test("the starter is valid as it stands", () => {
    expect(settingsOf(starterConfig()).builder.command).toEqual(["./scripts/builder"]);
  });
});

const cases = (await readdir(fixtures)).filter((name) => name.endsWith(".yml"));

test.each(cases)("what is wrong with %s", async (name) => {
  const found = complaints(read(await readFile(new URL(name, fixtures), "utf8")));
  expect(found).toMatch(/^\d+:\d+ /);
  await expect(found).toMatchFileSnapshot(new URL(name.replace(/yml$/, "txt"), fixtures).pathname);
});

test("a file larger than people write", () => {
  expect(complaints(read(`${MINIMAL}#${"x".repeat(70_000)}`))).toBe("1:1 The file is longer than 65536 characters.\n");
});

test.each(["[", "- ", "{a: ", "&a [", "? "])("%j nested without end", (opening) => {
  expect(complaints(read(opening.repeat(10_000)))).toMatch(/^\d+:\d+ /);
});

const yaml = fc.string({
  unit: fc.constantFrom(
    ..."version: |1|agents:|builder|\n|  |- |{|}|[|]|&a |*a|'|\"|#|\t|!!map |? |---\n|null|preflight:|ci:|normal|.inf".split(
      "|",
    ),
    "|",
    "\0",
    "\u{D800}",
  ),
  maxLength: 40,
});

test("whatever is in the file, it is read or refused with the line", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        yaml,
        fc.string({ unit: "binary" }),
        yaml.map((text) => MINIMAL + text),
      ),
      (text) => {
        const result = read(text);
        if (result.kind === "ok") return;
        expect(complaints(result)).toMatch(/^(?:\d+:\d+ [^\n]*\n)+$/);
      },
    ),
    { numRuns: 500 },
  );
});

test("the JSON Schema knows the keys and their defaults", () => {
  expect(configJsonSchema()).toMatchObject({
    additionalProperties: false,
    required: ["version", "agents"],
    properties: { audit: { properties: { rounds: { type: "integer", default: 2 } } } },
  });
});
