import { expect, test } from "vitest";
import type { Script, Turn } from "../model/script.ts";
import { openAgentWorld } from "./agentWorld.ts";

const WORK: readonly Turn[] = [
  { tools: [{ kind: "write_file", path: "src/greet.js", text: "export const greet = () => 'hi';\n" }] },
  { say: "Done." },
];
const VERDICT = { verdict: "approve", confidence: "high", summary: "Fine.", findings: [] };

test("a model that is limited for long pauses the attempt: the same one goes on, and no turn was used", async () => {
  let isLimited = true;
  const builds: Script = ({ turn }) =>
    isLimited ? { fault: { kind: "status", status: 429, retryAfterSeconds: 60 } } : (WORK[turn] ?? {});
  const world = await openAgentWorld({
    builder: { backend: "codex", script: builds },
    auditor: { backend: "claude-code", script: [{ say: JSON.stringify(VERDICT) }] },
    maxWaitSeconds: 1,
  });
  try {
    world.hold("build_phase");
    const issue = await world.labelIssue("autopack");
    await world.drain();
    await world.step("build_phase");
    const waiting = await world.run(issue);
    expect(waiting.phases[0]?.attempt).toMatchObject({ number: 1, state: "paused", waits: 1, failure: null });

    isLimited = false;
    world.release();
    await world.settled(issue, "promotable");
    const { rows } = await world.store.knex.raw<{ rows: { role: string; turns: number }[] }>(
      "select role, (usage->>'turns')::int as turns from attempts order by number",
    );
    expect(rows).toEqual([
      { role: "builder", turns: 2 },
      { role: "auditor", turns: 1 },
    ]);
  } finally {
    await world.close();
  }
});
