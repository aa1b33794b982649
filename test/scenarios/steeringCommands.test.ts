import { describe, expect } from "vitest";
import type { DeliveryId } from "../../src/domain/ids.ts";
import { findDelivery } from "../../src/store/deliveries.ts";
import { scenario } from "../harness/scenario.ts";
import type { Person, World } from "../harness/world.ts";

const GREET = { "src/greet.js": "export const greet = (name = 'you') => `hello ${name}`;\n" };

interface Asked {
  readonly by: Person;
  readonly on: number;
  readonly line: string;
  /** What the refusal says. */
  readonly says: RegExp;
}

/** All of them typed at once, then handled: each is seen, refused with a thumb down, and answered in one line. */
async function allRefused(world: World, asked: readonly Asked[]): Promise<void> {
  const ids: number[] = [];
  for (const { on, by, line } of asked) ids.push(await world.comment(on, by, line));
  await world.drain();
  const left = new Map<number, string[]>();
  for (const { on } of asked) left.set(on, [...(await world.answers(on))]);
  for (const [index, { on, line, says }] of asked.entries()) {
    expect([line, ...world.reactions(ids[index] ?? 0)]).toEqual([line, "eyes", "-1"]);
    const verb = line.split(" ").slice(0, 2).join(" ");
    const answers = left.get(on) ?? [];
    const found = answers.findIndex((answer) => answer.includes(`\`${verb}\``) && says.test(answer));
    expect(found, `${line} is refused with ${says}: ${answers.join("\n")}`).not.toBe(-1);
    expect(answers[found]?.split("\n")).toHaveLength(2);
    answers.splice(found, 1);
  }
}

async function done(
  world: World,
  issue: number,
  asked: Omit<Asked, "says">,
): Promise<Awaited<ReturnType<World["settled"]>>> {
  const id = await world.comment(asked.on, asked.by, asked.line);
  const run = await world.settled(issue);
  if (!world.reactions(id).includes("+1")) throw new Error(`${asked.line}: ${(await world.answers(asked.on)).at(-1)}`);
  return run;
}

const STEERING = [
  "retry 1",
  'skip 1 reason="why not"',
  "pause",
  "resume",
  "hold",
  "unhold",
  "cancel",
  "budget +1k",
  "explain 1",
  "approve",
];
const ON_PULLS = ["fix greet better", "audit", "preflight", "ci strict", "rollback base", "promote"];
/** What a rule set objects to can be accepted before there is a pull request. */
const OVERRIDE = "override ci reason=x";
const BY_MAINTAINERS = ["rollback base", "budget +1k", OVERRIDE];
const BY_WRITERS = [...STEERING, ...ON_PULLS].filter(
  (line) => !line.startsWith("explain") && !BY_MAINTAINERS.includes(line),
);

function asMona(on: number, lines: readonly string[], says: RegExp): readonly Asked[] {
  return lines.map((line) => ({ by: "mona", on, line: `/autopack ${line}`, says }));
}

describe("who may, and where", () => {
  scenario("every command is refused to people who may not give it, and where it does not belong", async (world) => {
    world.agent.edits(GREET);
    const issue = await world.labelIssue("autopack");
    const { pull } = await world.settled(issue, "promotable");
    const on = pull?.number ?? 0;
    await allRefused(world, [
      ...BY_WRITERS.map((line) => ({ by: "tri" as const, on, line: `/autopack ${line}`, says: /needs write access/ })),
      ...BY_MAINTAINERS.map((line) => ({
        by: "bob" as const,
        on,
        line: `/autopack ${line}`,
        says: /needs maintain access/,
      })),
      ...["status", "why", "help", "ping", "explain 1"].map((line) => ({
        by: "rita" as const,
        on,
        line: `/autopack ${line}`,
        says: /needs triage access/,
      })),
      ...["run", "debt", "plan", "backlog"].map((line) => ({
        by: "mona" as const,
        on,
        line: `/autopack ${line}`,
        says: /works on issues only/,
      })),
      ...ON_PULLS.map((line) => ({
        by: "mona" as const,
        on: issue,
        line: `/autopack ${line}`,
        says: /works on pull requests only/,
      })),
    ]);
    expect(await world.run(issue)).toMatchObject({ state: { kind: "promotable" }, hold: null, overrides: [] });
  });

  scenario("where there is no run, on other people's pull requests, and after the end, each says so", async (world) => {
    world.agent.edits(GREET);
    const bare = await world.openIssue();
    await world.github.pushCommit({ as: "bob", branch: "topic", files: { "a.md": "a\n" }, message: "Change" });
    const foreign = (await world.github.openPull({ as: "bob", head: "topic", title: "Mine" })).number;
    await allRefused(world, [
      ...asMona(bare, STEERING, /has had no run on this issue/),
      ...asMona(foreign, ON_PULLS, /forks among them, Autopack runs nothing/),
      ...asMona(foreign, ["cancel", "explain 1"], /forks among them, Autopack runs nothing/),
    ]);
    const ended = await world.labelIssue("autopack");
    const run = await world.settled(ended, "promotable");
    await done(world, ended, { by: "bob", on: ended, line: "/autopack cancel" });
    const rest = STEERING.filter((line) => !line.startsWith("explain"));
    await allRefused(world, [
      ...asMona(ended, rest, /has ended/),
      ...asMona(run.pull?.number ?? 0, ON_PULLS, /has ended/),
    ]);
  });
});

describe("answers", () => {
  scenario(
    "plan, why, explain, backlog, help and ping tell what they are asked, and change nothing",
    async (world) => {
      world.agent.edits(GREET);
      const bare = await world.openIssue();
      const asked = await world.comment(
        bare,
        "tri",
        "/autopack plan\n/autopack why\n/autopack backlog\n/autopack ping\n",
      );
      await world.drain();
      expect(world.reactions(asked)).toEqual(["eyes", "+1"]);
      const [plan = "", why = "", backlog = "", pong = "", ...more] = await world.answers(bare);
      expect(more).toEqual([]);
      expect(plan).toContain("Greet by name");
      expect(why).toMatch(/no run here/);
      expect(backlog).toMatch(/backlog is empty/);
      expect(pong).toMatch(/no run in this repository yet/);
      expect(await world.store.knex("runs")).toEqual([]);

      const issue = await world.labelIssue("autopack");
      const run = await world.settled(issue, "promotable");
      const on = run.pull?.number ?? 0;
      await world.comment(
        on,
        "tri",
        "/autopack why\n/autopack explain 1\n/autopack explain 7\n/autopack help rollback\n/autopack help rolback",
      );
      await world.drain();
      const answers = await world.answers(on);
      expect(answers[0]).toMatch(/approvals\*\*: 0 of 1[^]*write access, except alice[^]*\/autopack approve/);
      expect(answers[1]).toMatch(/Phase 1: [^]*builder \| completed[^]*node --test/);
      expect(answers[2]).toMatch(/refused: there is no phase 7: the run has phases 1\./);
      expect(answers[3]).toContain("/autopack rollback <checkpoint> [force]");
      expect(answers[4]).toContain("Did you mean `/autopack help rollback`?");
      expect(await world.run(issue)).toEqual(run);
    },
    { config: { promotion: { approvals: 1 } } },
  );
});

describe("what is accepted", () => {
  scenario(
    "a finished change is paused, held and changed by comments, and promoted when nothing holds it",
    async (world) => {
      world.agent.builds({ "1": [{ edits: GREET }], "2": [{ edits: { "docs/names.md": "names\n" } }] });
      const issue = await world.labelIssue("autopack");
      const first = await world.settled(issue, "promotable");
      const on = first.pull?.number ?? 0;
      const say = async (by: Person, line: string) => done(world, issue, { by, on, line });

      expect(await say("bob", "/autopack pause")).toMatchObject({ hold: { how: "pause", by: "bob" } });
      expect(await say("alice", "/autopack resume")).toMatchObject({ hold: null });
      expect(await say("bob", '/hold reason="wait for the release"')).toMatchObject({
        hold: { how: "hold", by: "bob", reason: "wait for the release" },
      });
      const tooEarly = await world.comment(on, "bob", "/autopack promote");
      expect((await say("alice", "/unhold")).hold).toBeNull();
      expect(world.reactions(tooEarly)).toEqual(["eyes", "-1"]);

      const fixed = await say("bob", "/autopack fix write the `names` down in docs");
      expect(fixed).toMatchObject({ state: { kind: "promotable" } });
      expect(fixed.phases[1]?.plan).toMatchObject({ revision: { by: "bob", source: "command" } });
      expect(await world.github.file(fixed.head ?? "", "docs/names.md")).toBe("names\n");

      expect((await say("alice", "/autopack promote")).state).toMatchObject({ kind: "promoted" });
      expect((await world.answers(on)).at(-1)).toMatch(/merge/);
    },
    { config: { promotion: { auto_merge: "on_command" } } },
  );

  scenario("gates are run again, the budget is raised, and the branch goes back to a checkpoint", async (world) => {
    world.agent.edits(GREET);
    const issue = await world.labelIssue("autopack");
    const first = await world.settled(issue, "promotable");
    const on = first.pull?.number ?? 0;
    const say = async (by: Person, line: string) => done(world, issue, { by, on, line });

    for (const line of ["/autopack preflight", "/autopack ci strict"])
      expect(await say("bob", line)).toMatchObject({ state: { kind: "promotable" }, head: first.head });

    const raised = await say("mona", "/autopack budget +1M findings=2");
    expect(raised.extraBudget).toEqual({ tokens: 1_000_000, findings: 2 });
    expect((await world.answers(on)).at(-1)).toMatch(/1,000,000 tokens more \(6,000,000 tokens in all\)/);

    const rolled = await say("mona", "/autopack rollback base");
    expect(rolled.state.kind).toBe("promotable");
    expect(await world.events(first.id)).toEqual(expect.arrayContaining(["rollback_requested", "branch_reset"]));
    await allRefused(world, [
      {
        by: "mona",
        on,
        line: "/autopack rollback 0123456",
        says: /`0123456` is no checkpoint of this run: it has `[0-9a-f]{7}`, /,
      },
    ]);
  });

  scenario(
    "a phase that failed is explained, tried again alone, and skipped",
    async (world) => {
      world.agent.builds({ "1": [{ sh: "echo no such greeting; exit 3" }], "2": [{ edits: { "docs/b.md": "b\n" } }] });
      const issue = await world.labelIssue("autopack", { body: "- [ ] Greet\n- [ ] Write it down\n" });
      await world.settled(issue, "failed");
      await done(world, issue, { by: "bob", on: issue, line: "/autopack retry 1" });
      expect((await world.run(issue)).phases[0]?.state.kind).toBe("failed");
      await done(world, issue, { by: "tri", on: issue, line: "/autopack explain 1" });
      expect((await world.answers(issue)).at(-1)).toMatch(
        /\| 1\.1 \| builder \| failed \|[^]*\| 1\.2 \| builder \| failed \|/,
      );
      await done(world, issue, { by: "bob", on: issue, line: '/autopack skip 1 reason="@alice does it by hand"' });
      const run = await world.run(issue);
      expect(run.phases[0]?.state).toMatchObject({ kind: "skipped", cause: "person" });
      expect(run.phases[0]?.state).toHaveProperty("reason", expect.stringContaining("@alice does it by hand"));
    },
    { config: { agents: { builder: { limits: { attempts: 1 } } } } },
  );

  scenario(
    "a budget is raised as far as the operator's ceiling, in the repository's name only",
    async (world) => {
      world.agent.edits(GREET);
      const issue = await world.labelIssue("autopack");
      await world.settled(issue, "promotable");
      await allRefused(world, [
        {
          by: "mona",
          on: issue,
          line: "/autopack budget +500_001",
          says: /at most 2,500,000 tokens: \+500,000 at most/,
        },
        { by: "mona", on: issue, line: "/autopack budget ci_runs=1 cost_usd=5", says: /nothing limits the cost usd/ },
      ]);
      const run = await done(world, issue, { by: "mona", on: issue, line: "/autopack budget +500k" });
      expect(run.extraBudget).toEqual({ tokens: 500_000 });
      await allRefused(world, [
        { by: "mona", on: issue, line: "/autopack budget +1", says: /which is its cap already/ },
      ]);
    },
    { config: { budgets: { run: { tokens: 2_000_000 } } }, policy: { budgets: { run: { tokens: 2_500_000 } } } },
  );

  scenario("a run is started in the form that was asked for, and the commands behind it see it", async (world) => {
    world.agent.edits(GREET);
    const issue = await world.openIssue();
    const asked = await world.comment(issue, "bob", "/autopack run profile=strict\n/autopack status\n/autopack run");
    const run = await world.settled(issue, "promotable");
    expect(run.request.wishes).toEqual({ form: "change", strict: true, base: null, agent: null });
    expect(world.reactions(asked)).toEqual(["eyes", "rocket", "+1", "-1"]);
    const [status = "", second = ""] = await world.answers(issue);
    expect(status).not.toMatch(/no run/);
    expect(second).toMatch(/this comment has started a run already/);
  });

  scenario("a command that is handled twice, as after a crash, is obeyed once", async (world) => {
    world.agent.edits(GREET);
    const issue = await world.labelIssue("autopack");
    await world.settled(issue, "promotable");
    await done(world, issue, { by: "mona", on: issue, line: "/autopack budget +1k" });
    // The comment of mona, handled again by two workers at once: as if the first had died before it could say it was done.
    const told = world.github.webhooks.log().find(({ event }) => event === "issue_comment");
    const again = await findDelivery(world.store.knex, told?.guid as DeliveryId);
    if (again === undefined) throw new Error("the comment was not delivered");
    await Promise.all([world.deps.receive(again), world.deps.receive(again)]);
    const run = await world.settled(issue, "promotable");
    expect(run.extraBudget).toEqual({ tokens: 1000 });
    expect(await world.answers(issue)).toHaveLength(1);
  });
});
