import { expect, test } from "vitest";
import { estimate } from "../../src/domain/budget/estimate.ts";
import type { Sha } from "../../src/domain/ids.ts";
import type { Planned } from "../../src/domain/planned.ts";
import { NO_WISHES } from "../../src/domain/wishes.ts";
import { planPreview } from "../../src/projections/planPreview.ts";
import { plannedPhase, SETTINGS, strategy as aStrategy } from "../domain/runFixture.ts";

const BASE = { branch: "main", sha: "b".repeat(40) as Sha };

function ready(more: Partial<Extract<Planned, { kind: "ready" }>> = {}): Planned {
  const strategy = aStrategy();
  const phases = ["Greet", "Tell @everyone <!-- x -->"].map((title) => plannedPhase(title));
  const plan = { source: "task_list", phases } as const;
  const quote = estimate([], { strategy, phases: plan.phases });
  const ground = { rules: null, codeOwners: [], notes: [] };
  return {
    kind: "ready",
    base: BASE,
    settings: SETTINGS,
    strategy,
    configHash: "cafe",
    plan,
    quote,
    agedFindings: [],
    ground,
    ...more,
  };
}

const waves = [{ tier: 1, phases: [1] }];

test("a plan that nothing stands in the way of", () => {
  const text = planPreview({ planned: ready(), wishes: NO_WISHES, waves });
  expect(text).toContain("**A run of this issue would have 2 phases**, built on `main` at `bbbbbbb`");
  expect(text).toMatch(/\| 1 \| Greet \| 1 \| 1 \| .* \| \d+ \|/);
  expect(text).toContain("- **Merged by:** people");
  expect(text).toContain("`/autopack run`, or the label `autopack`, starts it.");
  // Nobody is notified, and no marker of ours can be forged.
  expect(text).not.toMatch(/(^|\s)@everyone/);
  expect(text).not.toMatch(/(?<!\\)<!-- x/);
});

test("what stands in the way comes first, with its remedy, and nothing says how to start", () => {
  const ground = {
    rules: {
      requiredChecks: ["test"],
      requiredApprovals: 2,
      codeOwnerReview: true,
      dismissStaleReviews: false,
      conversationResolution: false,
      signedCommits: false,
      linearHistory: true,
      mergeQueue: false,
      mergeMethods: null,
    },
    codeOwners: [{ owner: "@acme/core", paths: ["src/a.ts"] }],
    notes: [
      { name: "archived", level: "blocks", message: "the repository is archived", remedy: "unarchive it" },
      { name: "required_checks", level: "warns", message: "GitHub requires `test`", remedy: "wait for it" },
    ] as const,
  };
  const text = planPreview({
    planned: ready({ ground }),
    wishes: { ...NO_WISHES, strict: true, agent: "quick" },
    waves,
  });
  expect(text).toMatch(/^🛑 \*\*A run of this issue would not be begun:\*\*/);
  expect(text).toContain("- 🛑 The repository is archived. **Remedy:** Unarchive it.");
  expect(text).toContain("- ⚠️ GitHub requires `test`. **Remedy:** Wait for it.");
  expect(text).toContain(
    "- **GitHub asks for:** green checks: `test`; 2 approving reviews; a review by code owners; a linear history",
  );
  expect(text).toContain("- **Code owners of what is likely to change:** `@acme/core`");
  expect(text).toContain("- **Held to:** the strict profile, as wished for");
  expect(text).toContain("- **Builder:** `quick` of `agents.alternatives`");
  expect(text).not.toContain("starts it");
});

test("a request without a plan: why, and where", () => {
  const problem = { path: ".github/autopack.yml", line: 3, column: 1, message: "`agents` is missing" };
  const planned: Planned = {
    kind: "refused",
    base: BASE,
    reason: "config_invalid",
    message: "`.github/autopack.yml` is not valid",
    problems: [problem, ...Array.from({ length: 30 }, () => ({ ...problem, path: null }))],
  };
  const text = planPreview({ planned, wishes: NO_WISHES, waves: [] });
  expect(text).toMatch(/^🛑 \*\*A run of this issue would not be begun\*\*: the configuration cannot be used\./);
  expect(text).toContain("- `.github/autopack.yml:3`: `agents` is missing.");
  expect(text).toContain("- … and 11 more");
});
