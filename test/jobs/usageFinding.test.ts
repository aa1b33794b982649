import { describe, expect, it } from "vitest";
import type { Finding } from "../../src/domain/finding.ts";
import type { AgentBackend } from "../../src/domain/settings.ts";
import { AGENT_BACKENDS } from "../../src/domain/settings.ts";
import { NO_USAGE } from "../../src/domain/usage.ts";
import type { Usage } from "../../src/domain/usage.ts";
import { usageFinding } from "../../src/jobs/usageFinding.ts";

type Tokens = readonly [input: number, output: number];

function usage([inputTokens, outputTokens]: Tokens): Usage {
  return { ...NO_USAGE, inputTokens, outputTokens };
}

function finding(backend: AgentBackend, metered: Tokens, reported: Tokens): Finding | null {
  return usageFinding(backend, { version: "1", metered: usage(metered), reported: usage(reported) });
}

describe("usageFinding", () => {
  it.each(AGENT_BACKENDS)("has nothing to say of equal figures, nor of missing ones: %s", (backend) => {
    expect(finding(backend, [1_000_000, 20_000], [1_000_000, 20_000])).toBeNull();
    expect(usageFinding(backend, { version: null, metered: null, reported: NO_USAGE })).toBeNull();
    expect(usageFinding(backend, { version: null, metered: NO_USAGE, reported: null })).toBeNull();
  });

  it.each(["claude-code", "codex", "opencode", "gemini"] as const)("gives both figures of %s", (backend) => {
    expect(finding(backend, [100_000, 5000], [103_000, 5000])).toMatchObject({
      severity: "minor",
      title: `${backend} counts its tokens otherwise than the model gateway`,
      detail: "By its own count it used 103000 input tokens, metered 100000. Budgets go by what was metered.",
    });
    expect(finding(backend, [100_000, 5000], [100_000, 3000])?.detail).toContain("3000 output tokens, metered 5000");
  });

  it("explains what is small, and what a backend leaves out", () => {
    expect(finding("claude-code", [500, 100], [2000, 400])).toBeNull();
    expect(finding("claude-code", [100_000, 5000], [91_000, 5000])).toBeNull();
    expect(finding("claude-code", [100_000, 5000], [85_000, 5000])).not.toBeNull();
    expect(finding("codex", [100_000, 5000], [85_000, 5000])).toBeNull();
  });

  it("does not hold an answer that broke off against the agent, unless it counted more", () => {
    const facts = { version: "1", metered: usage([10_167, 164]), isEstimated: true };

    expect(usageFinding("codex", { ...facts, reported: usage([1711, 164]) })).toBeNull();
    expect(usageFinding("codex", { ...facts, reported: usage([20_000, 164]) })).not.toBeNull();
  });

  it.each(["acp", "command", "external"] as const)("compares no estimates: %s", (backend) => {
    expect(finding(backend, [100_000, 5000], [1, 1])).toBeNull();
  });
});
