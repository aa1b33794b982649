import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import type { Script } from "../model/script.ts";
import { openAgentWorld } from "./agentWorld.ts";

const VERDICT = { verdict: "approve", confidence: "high", summary: "Fine.", findings: [] };
const APPROVES: Script = [{ say: JSON.stringify(VERDICT) }];

/** What an agent can leave in its checkout for whoever uses git there next. */
function traps(canary: string): readonly string[] {
  const trap = `#!/bin/sh\\ntouch ${canary}\\n`;
  return [
    `for hook in post-checkout pre-commit post-commit post-index-change reference-transaction pre-push; do printf '${trap}' > .git/hooks/$hook; chmod +x .git/hooks/$hook; done`,
    `git config core.fsmonitor 'touch ${canary}'; git config core.hooksPath .git/hooks; git config core.sshCommand 'touch ${canary}'`,
    `printf '* filter=trap diff=trap\\n' > .git/info/attributes; git config filter.trap.clean 'touch ${canary}; cat'; git config filter.trap.smudge 'touch ${canary}; cat'; git config diff.trap.textconv 'touch ${canary}; cat'`,
    "echo \"export const greet = () => 'hi';\" > src/greet.js",
    "git -c user.name=me -c user.email=me@example.com commit --allow-empty -m 'my own commit'; git checkout -b elsewhere; git push origin HEAD:main; true",
  ];
}

test.each(["codex", "claude-code"] as const)(
  "%s lays traps for git: nothing springs, and nothing lands",
  async (backend) => {
    const canary = join(tmpdir(), `canary-${randomUUID()}`);
    const world = await openAgentWorld({
      builder: { backend, script: traps(canary).map((command) => ({ tools: [{ kind: "shell", command }] })) },
      auditor: { backend: backend === "codex" ? "claude-code" : "codex", script: APPROVES },
    });
    try {
      const run = await world.settled(await world.labelIssue("autopack"));
      expect(run.state).toMatchObject({ kind: "failed", reason: "policy_violation" });
      expect(existsSync(canary)).toBe(false);
      expect(await world.github.branches()).toEqual(["main"]);
    } finally {
      await world.close();
      await rm(canary, { force: true });
    }
  },
);

test("a link that leads out of the tree does not land", async () => {
  const command = "ln -s /etc/passwd secrets.txt; mkdir -p deep; ln -s ../../outside deep/link";
  const world = await openAgentWorld({
    builder: { backend: "codex", script: [{ tools: [{ kind: "shell", command }] }] },
    auditor: { backend: "claude-code", script: APPROVES },
  });
  try {
    const run = await world.settled(await world.labelIssue("autopack"));
    expect(run.state).toMatchObject({ kind: "failed", message: expect.stringMatching(/secrets\.txt|deep\/link/) });
  } finally {
    await world.close();
  }
});
