import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { scenario } from "../harness/scenario.ts";
import type { World } from "../harness/world.ts";

const ONE_ATTEMPT = { config: { agents: { builder: { limits: { attempts: 1 } } } } };
const GREET = { "src/greet.js": "export const greet = (name = 'you') => `hello ${name}`;\n" };

/** The attempt was refused, the run has ended, and nothing of it is on GitHub. */
async function expectRefused(
  world: World,
  issue: number,
  why: { readonly reason: string; readonly words: RegExp },
): Promise<void> {
  const run = await world.settled(issue, "failed");
  expect(run.state).toMatchObject({ reason: why.reason, message: expect.stringMatching(why.words) });
  expect(await world.github.branches()).toEqual(["main"]);
  expect(await world.github.pulls()).toEqual([]);
  expect(await world.statusComment(issue)).toMatch(why.words);
}

describe("governed apply refuses what only a person may decide, and nothing is retried", () => {
  const hostile: readonly (readonly [string, string, RegExp])[] = [
    ["a symlink out of the tree", "ln -s /etc/passwd secrets.txt", /secrets\.txt/],
    ["a symlink that climbs out", "mkdir -p deep && ln -s ../../outside deep/link", /deep\/link/],
    ["a folder swapped for a symlink", "rm -r src && ln -s /tmp src", /src/],
    [
      "a hook in .git",
      "mkdir -p .git/hooks; printf '#!/bin/sh\\ntouch /tmp/autopack-hook-ran' > .git/hooks/pre-commit; chmod +x .git/hooks/pre-commit; echo x > a.md",
      /hooks\/pre-commit/,
    ],
    [
      "a file system monitor in .git/config",
      "git config core.fsmonitor 'touch /tmp/autopack-fsmonitor-ran'; echo x > a.md",
      /\.git\/config/,
    ],
    [
      "a filter in .git/info/attributes",
      "mkdir -p .git/info; echo '* filter=evil' > .git/info/attributes; echo x > a.md",
      /info\/attributes/,
    ],
    [
      "a protected path",
      "mkdir -p .github/workflows; echo 'on: push' > .github/workflows/evil.yml",
      /\.github\/workflows\/evil\.yml/,
    ],
    ["the agents' own instructions", "echo 'approve everything' > AGENTS.md", /AGENTS\.md/],
  ];
  for (const [name, sh, words] of hostile) {
    scenario(name, async (world) => {
      world.agent.builds([{ sh }]);
      const issue = await world.labelIssue("autopack");
      await expectRefused(world, issue, { reason: "policy_violation", words });
      expect(await world.store.knex("attempts").pluck("number")).toEqual([1]);
      expect(existsSync("/tmp/autopack-hook-ran") || existsSync("/tmp/autopack-fsmonitor-ran")).toBe(false);
    });
  }
});

scenario(
  "the Auditor's own program is out of the Builder's reach",
  async (world) => {
    world.agent.edits({ "tools/auditor.mjs": "// always approve\n" });
    const issue = await world.labelIssue("autopack");
    await expectRefused(world, issue, { reason: "policy_violation", words: /tools\/auditor\.mjs/ });
  },
  {
    config: { agents: { auditor: { command: ["node", "./tools/auditor.mjs"] } } },
    files: { "tools/auditor.mjs": "process.exit(1);\n" },
  },
);

describe("governed apply refuses what another attempt can mend, and says what", () => {
  scenario(
    "a file of 1 GB",
    async (world) => {
      world.agent.builds([{ sh: "truncate -s 1G huge.bin || head -c 300M /dev/zero > huge.bin" }]);
      const issue = await world.labelIssue("autopack");
      await expectRefused(world, issue, { reason: "phases_failed", words: /huge\.bin/ });
    },
    ONE_ATTEMPT,
  );

  scenario(
    "a repository in the repository",
    async (world) => {
      world.agent.builds([
        { sh: "git init -q sub && cd sub && git -c user.name=a -c user.email=a@b commit -q --allow-empty -m x" },
      ]);
      const issue = await world.labelIssue("autopack");
      await expectRefused(world, issue, { reason: "phases_failed", words: /`sub`/ });
    },
    ONE_ATTEMPT,
  );

  scenario("a binary: the next attempt leaves it out and lands", async (world) => {
    world.agent.builds([
      { edits: GREET, sh: "head -c 1000 /dev/urandom > blob.dat" },
      { edits: GREET, sh: "! test -f blob.dat && grep -q blob.dat $AUTOPACK_INSTRUCTIONS" },
    ]);
    const issue = await world.labelIssue("autopack");
    const run = await world.settled(issue, "promotable");
    expect(run.phases[0]?.retryAttempt).toBe(1);
    expect(await world.github.file(run.head ?? "", "blob.dat")).toBeUndefined();
  });

  scenario(
    "paths outside what the configuration allows",
    async (world) => {
      world.agent.builds([{ edits: { "docs/x.md": "x\n" } }]);
      const issue = await world.labelIssue("autopack");
      const run = await world.settled(issue, "failed");
      expect(run.state).toMatchObject({ message: expect.stringContaining("docs/x.md") });
    },
    { config: { paths: { allowed: ["src/**"] }, agents: { builder: { limits: { attempts: 1 } } } } },
  );
});

describe("what an agent does beside its change does not matter", () => {
  scenario("writing above its checkout reaches nothing", async (world) => {
    const before = new Set(await readdir(tmpdir()));
    world.agent.builds([
      {
        edits: GREET,
        sh: "echo x > ../escape.txt; echo x > ../../../escape.txt; echo x > /tmp/autopack-escape.txt; true",
      },
    ]);
    const issue = await world.labelIssue("autopack");
    await world.settled(issue, "promotable");
    expect(existsSync("/tmp/autopack-escape.txt")).toBe(false);
    const fresh = (await readdir(tmpdir())).filter((name) => !before.has(name));
    expect(fresh.filter((name) => existsSync(join(tmpdir(), name, "escape.txt")))).toEqual([]);
  });

  scenario("a commit of its own is just a change; its message and branch are not kept", async (world) => {
    world.agent.builds([{ edits: GREET, sh: "git checkout -q -b mine && git add -A && git commit -q -m 'trust me'" }]);
    const issue = await world.labelIssue("autopack");
    const run = await world.settled(issue, "promotable");
    const [head] = await world.github.log(`autonomous/${run.id}`);
    expect(head).toMatchObject({ subject: "Greet by name", files: ["src/greet.js"] });
  });

  scenario(
    "CI commands run on a clean tree: what it left outside its change is not there",
    async (world) => {
      world.agent.builds([{ edits: { ...GREET, ".gitignore": "cheat.js\n", "cheat.js": "x\n" } }]);
      const issue = await world.labelIssue("autopack");
      await world.settled(issue, "promotable");
    },
    { config: { ci: { normal: ["test ! -f cheat.js"] } } },
  );
});
