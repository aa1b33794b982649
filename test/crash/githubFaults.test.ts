import { describe, expect, test, vi } from "vitest";
import { expectPromoted, pictureOf } from "../harness/picture.ts";
import { openWorld } from "../harness/world.ts";
import type { World } from "../harness/world.ts";
import type { Call } from "../github/callLog.ts";
import type { Fault } from "../github/faults.ts";
import { quickConfig } from "./quickConfig.ts";

vi.setConfig({ maxConcurrency: 3, testTimeout: 120_000 });

/** A label becomes a merge; the pull request is shown as a draft first, so that every kind of call is made. */
async function story(world: World): Promise<number> {
  const issue = await world.labelIssue("autopack");
  world.hold("verify_run");
  await world.drain();
  world.release();
  await world.drain();
  return issue;
}

async function inWorld<T>(work: (world: World) => Promise<T>): Promise<T> {
  const world = await openWorld({ config: quickConfig(), tolerant: true });
  try {
    return await work(world);
  } finally {
    await world.close();
  }
}

/** One kind of call, and where it first comes among those that a fault cannot tell from it. */
interface Target {
  readonly name: string;
  readonly kind: Call["kind"];
  readonly method: string;
  readonly path: RegExp;
  readonly skip: number;
}

function targetsOf(calls: readonly Call[]): readonly Target[] {
  const targets = new Map<string, Target>();
  for (const call of calls) {
    const { kind, method } = call;
    // Ids and SHAs differ from world to world.
    const shape = call.path.replaceAll(/[0-9a-f]{40}/g, "SHA").replaceAll(/\d+/g, "N");
    // Git's reading and writing begin with the same path.
    const name = `${method} ${shape}${kind === "git" && call.query !== "" ? ` ${call.query}` : ""}`;
    if (targets.has(name)) continue;
    const path = patternOf(shape);
    const earlier = calls.slice(0, calls.indexOf(call));
    const skip = earlier.filter((other) => other.method === method && path.test(other.path)).length;
    targets.set(name, { name, kind, method, path, skip });
  }
  return [...targets.values()];
}

function patternOf(shape: string): RegExp {
  const literal = shape.replaceAll(".", "\\.");
  return new RegExp(`^${literal.replaceAll("SHA", "[0-9a-f]{40}").replaceAll("N", "\\d+")}$`);
}

interface Way {
  readonly words: string;
  readonly fault: Pick<Fault, "when" | "status" | "headers" | "body">;
  /** Where it can happen. */
  readonly only?: readonly Call["kind"][];
}

const SECONDARY = {
  message: "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
};
const LIMITED = { data: null, errors: [{ type: "RATE_LIMITED", message: "API rate limit exceeded" }] };
const REVOKED = { when: "before", status: 401, body: { message: "Bad credentials" } } as const;

const WAYS: readonly Way[] = [
  { words: "fails with 500", fault: { when: "before", status: 500 } },
  { words: "fails with 500 after it took effect", fault: { when: "after", status: 500 } },
  { words: "is cut off", fault: { when: "before" } },
  { words: "is cut off after it took effect", fault: { when: "after" } },
  // Git makes several requests in one call, and renews its token once a call.
  { words: "finds the token revoked", fault: REVOKED, only: ["rest", "graphql"] },
  {
    words: "meets a secondary rate limit",
    fault: { when: "before", status: 403, headers: { "Retry-After": "1" }, body: SECONDARY },
    only: ["rest", "graphql"],
  },
  { words: "meets GraphQL's own rate limit", fault: { when: "before", status: 200, body: LIMITED }, only: ["graphql"] },
];

const calls = await inWorld(async (world) => {
  await story(world);
  return world.github.calls();
});
const targets = targetsOf(calls);

/** The story with these faults; in the end, everything is there once. */
async function survives(faults: readonly Fault[]): Promise<void> {
  await inWorld(async (world) => {
    for (const fault of faults) world.github.faults.add(fault);
    const issue = await story(world);
    expect(world.github.faults.pending()).toEqual([]);
    expectPromoted(await pictureOf(world, issue), { phases: 1 });
  });
}

test("every kind of call is there", () => {
  expect(targets.map(({ name }) => name).toSorted()).toMatchInlineSnapshot(`
    [
      "DELETE /repos/acme/widget/issues/N/labels/autopack",
      "DELETE /repos/acme/widget/issues/N/labels/autopack%NArunning",
      "GET /acme/widget.git/info/refs service=git-receive-pack",
      "GET /acme/widget.git/info/refs service=git-upload-pack",
      "GET /app",
      "GET /repos/acme/widget/collaborators/alice/permission",
      "GET /repos/acme/widget/pulls/N",
      "GET /repos/acme/widget/rules/branches/autonomous%NFN-aaaaaaaa",
      "PATCH /repos/acme/widget/check-runs/N",
      "PATCH /repos/acme/widget/issues/comments/N",
      "POST /acme/widget.git/git-receive-pack",
      "POST /acme/widget.git/git-upload-pack",
      "POST /app/installations/N/access_tokens",
      "POST /graphql",
      "POST /repos/acme/widget/check-runs",
      "POST /repos/acme/widget/issues/N/comments",
      "POST /repos/acme/widget/issues/N/labels",
      "POST /repos/acme/widget/pulls",
      "PUT /repos/acme/widget/pulls/N/merge",
    ]
  `);
});

describe.concurrent("one call takes effect, but nobody hears of it", () => {
  test.for(targets)("$name", async ({ method, path, skip }) => survives([{ when: "after", method, path, skip }]));
});

describe.concurrent("every kind of call goes wrong once in one run: it", () => {
  test.for(WAYS)("$words", async ({ fault, only }) => {
    const concerned = targets.filter(({ kind }) => only === undefined || only.includes(kind));
    await survives(concerned.map(({ method, path, skip }) => ({ ...fault, method, path, skip })));
  });
});

describe.concurrent("git finds the token revoked", () => {
  const ofGit = targets.filter(({ kind }) => kind === "git");
  test.for(ofGit)("$name", async ({ method, path, skip }) => survives([{ ...REVOKED, method, path, skip }]));
});
