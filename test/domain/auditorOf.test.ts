import { expect, test } from "vitest";
import { agentOf } from "../../src/domain/rulesOf.ts";
import type { AgentSettings, Settings } from "../../src/domain/settings.ts";
import { transition } from "../../src/domain/transition.ts";
import { planReady, queuedRun, SETTINGS } from "./runFixture.ts";

function agent(model: string): AgentSettings {
  return { ...SETTINGS.builder, backend: "claude-code", command: [], model: { provider: "anthropic", model } };
}

function auditorOf(settings: Partial<Settings>, usesFallback = false): string | undefined {
  const planned = transition(transition(queuedRun(), { kind: "planning_started" }).run, planReady(settings)).run;
  const [phase] = planned.phases;
  if (phase === undefined) throw new Error("no phase");
  return agentOf(planned, { ...phase, usesFallback }, "auditor")?.model?.model;
}

const CHOSEN = { builder: agent("a"), fallbackBuilder: agent("b"), auditor: agent("b"), otherAuditors: [agent("c")] };

test("the first of those that may judge", () => {
  expect(auditorOf(CHOSEN)).toBe("b");
});

test("who took over from the Builder does not judge its own work where there is another", () => {
  expect(auditorOf(CHOSEN, true)).toBe("c");
  expect(auditorOf({ ...CHOSEN, builder: agent("b") })).toBe("c");
});

test("an Auditor that is named, or the only one, judges all the same", () => {
  expect(auditorOf({ ...CHOSEN, otherAuditors: [] }, true)).toBe("b");
});
