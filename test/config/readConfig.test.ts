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
        "alternatives": {},
        "auditRounds": 2,
        "auditor": {
          "backend": "command",
          "command": [
            "./audit",
            "--strict",
          ],
          "env": {},
          "failover": [],
          "limits": {
            "attempts": null,
            "diskBytes": 10737418240,
            "memoryBytes": 4294967296,
            "outputBytes": 20971520,
            "processes": 512,
            "timeoutMs": null,
            "turns": null,
          },
          "model": null,
        },
        "backlog": {
          "cleanUp": false,
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
          "failover": [],
          "limits": {
            "attempts": null,
            "diskBytes": 10737418240,
            "memoryBytes": 4294967296,
            "outputBytes": 20971520,
            "processes": 512,
            "timeoutMs": null,
            "turns": null,
          },
          "model": null,
        },
        "ci": [],
        "ciChecks": [],
        "ciStrict": [],
        "ciStrictChecks": [],
        "closeGraceMs": 600000,
        "fallbackBuilder": null,
        "finalAudit": "auto",
        "gates": {
          "levels": {
            "dependencies": "block",
            "licence": "block",
            "revert": "block",
            "secrets": "block",
            "size": "block",
            "tampering": "block",
            "unplanned": "block",
          },
          "licence": null,
          "secretsAllowed": {
            "files": [],
            "fingerprints": [],
          },
        },
        "install": [],
        "investigator": null,
        "minCatchRate": null,
        "minReadiness": 0,
        "otherAuditors": [],
        "paths": {
          "allowed": null,
          "generated": [],
          "maxChangedLines": 20000,
          "maxFileBytes": 1048576,
          "maxFiles": 200,
          "protected": [],
        },
        "planApproval": false,
        "planner": null,
        "preflight": [],
        "promotion": {
          "approvals": 0,
          "merge": "people",
          "method": "merge",
          "ready": "auto",
        },
        "prompts": {},
        "reviewRounds": 3,
        "strategy": {
          "ageing": {
            "runs": null,
            "tiers": null,
          },
          "aliases": {},
          "audit": "every_phase",
          "budgets": {},
          "categories": {},
          "maxParallel": null,
          "maxPhases": null,
          "minorFindingsPerPhase": {
            "run": null,
            "tier": null,
          },
          "onExhausted": "pause",
          "profile": "normal",
        },
      }
    `);
  });

  test("a profile has commands, and checks of the repository's own to wait for", () => {
    const settings = settingsOf(`${MINIMAL}ci:
  normal: [npm test, { check: "build (*)" }]
  strict: [{ check: e2e, timeout_minutes: 90, start_within_minutes: 5 }, npm run e2e]
`);
    expect(settings).toMatchObject({
      ci: [{ run: "npm test" }],
      ciChecks: [{ check: "build (*)", timeoutMs: 3_600_000, startWithinMs: 600_000 }],
      ciStrict: [{ run: "npm run e2e" }],
      ciStrictChecks: [{ check: "e2e", timeoutMs: 5_400_000, startWithinMs: 300_000 }],
    });
  });

  test("an auditor that is switched off does not audit", () => {
    expect(settingsOf(`${MINIMAL}audit: { required: false }`).auditor).toBeNull();
  });

  test("audits by category need an auditor, and leave the rest to the strategy", () => {
    const settings = settingsOf(`${MINIMAL}audit: { required: by_category }`);
    expect(settings).toMatchObject({ auditor: { backend: "command" }, strategy: { audit: "by_category" } });
  });

  test("the starter is valid as it stands", () => {
    const { builder, auditor } = settingsOf(starterConfig());
    expect(builder).toMatchObject({ backend: "claude-code", model: { provider: "anthropic" } });
    expect(auditor?.model).not.toEqual(builder.model);
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
