import { expect, test } from "vitest";
import { openAgentWorld } from "./agentWorld.ts";
import { TESTED } from "./backends.ts";

const BUILD = [
  { say: "First I look.", tools: [{ kind: "read_file", path: "src/greet.js" }] },
  {
    say: "Then I write.",
    tools: [
      {
        kind: "write_file",
        path: "src/greet.js",
        text: "/** Says hello to somebody. */\nexport const greet = (name = 'you') => `hello, ${name}`;\n",
      },
    ],
  },
  { say: "And I test.", tools: [{ kind: "shell", command: "node --test && echo TESTED-ALL" }] },
  { say: "Done: it greets by name." },
] as const;

const VERDICT = { verdict: "approve", confidence: "high", summary: "It greets by name, as asked.", findings: [] };

const AUDIT = [
  { say: "I read the change.", tools: [{ kind: "read_file", path: "src/greet.js" }] },
  { say: `I have seen enough.\n\n\`\`\`json\n${JSON.stringify(VERDICT, null, 2)}\n\`\`\`` },
] as const;

test.each(Object.values(TESTED))("$cli.backend builds, $auditor audits, and it lands", async ({ cli, auditor }) => {
  const world = await openAgentWorld({
    builder: { backend: cli.backend as "codex", script: BUILD },
    auditor: { backend: auditor, script: AUDIT },
  });
  try {
    const issue = await world.labelIssue("autopack");
    const run = await world.settled(issue, "promotable");

    const head = (await world.github.branch(`autonomous/${run.id}`)) ?? null;
    expect(world.check(head, "autopack/audit")).toMatchObject({ conclusion: "success" });
    const { rows: attempts } = await world.store.knex.raw<{ rows: { role: string; usage: Used }[] }>(
      "select role, usage from attempts order by number",
    );
    expect(attempts.map(({ role }) => role)).toEqual(["builder", "auditor"]);

    const { input, output, answers } = world.model.counted();
    const used = attempts.map(({ usage }) => usage);
    expect(sum(used.map(({ inputTokens }) => inputTokens))).toBe(input);
    expect(sum(used.map(({ outputTokens }) => outputTokens))).toBe(output);
    expect(sum(used.map(({ turns }) => turns))).toBe(answers);
    const { rows: ledger } = await world.store.knex.raw<{ rows: { tokens: number; turns: number }[] }>(
      "select sum(tokens)::int as tokens, sum(turns)::int as turns from ledger_entries where purpose = 'attempt' and state = 'settled'",
    );
    expect(ledger).toEqual([{ tokens: input + output, turns: answers }]);
  } finally {
    await world.close();
  }
});

interface Used {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly turns: number;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
