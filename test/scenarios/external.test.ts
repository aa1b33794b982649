import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { expect } from "vitest";
import type { AttemptId } from "../../src/domain/ids.ts";
import { scenario } from "../harness/scenario.ts";
import { API_TOKEN } from "../harness/world.ts";
import type { World } from "../harness/world.ts";

const EXTERNAL = { agents: { builder: { backend: "external", command: undefined } } };

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** Asks the API as somebody outside would. */
async function call(world: World, path: string, body?: object): Promise<Answer> {
  const response = await fetch(`${world.web.url}/api/v1${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: { authorization: `Bearer ${API_TOKEN}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

interface Offered {
  readonly id: AttemptId;
  readonly base: string;
  readonly instructions: string;
  readonly clone: { readonly url: string };
  readonly starting_patch: string | null;
}

async function offered(world: World): Promise<Offered> {
  const { body } = await call(world, "/attempts?state=offered");
  const [first] = body["attempts"] as Offered[];
  return (await call(world, `/attempts/${first?.id ?? "none"}`)).body as unknown as Offered;
}

/** Clones the base as told, changes a file, and gives the difference. */
async function changed({ clone, base }: Offered, path: string, text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "autopack-outside-"));
  const git = async (...args: readonly string[]) =>
    (await execa("git", args, { cwd: folder, stripFinalNewline: false })).stdout;
  try {
    await git("clone", "--quiet", clone.url, ".");
    await git("checkout", "--quiet", base);
    await writeFile(join(folder, path), text);
    await git("add", "--all");
    return await git("diff", "--cached", "--binary");
  } finally {
    await rm(folder, { recursive: true });
  }
}

scenario(
  "somebody outside builds a change by the API, and it lands",
  async (world) => {
    const issue = await world.labelIssue("autopack");
    const seen: Answer[] = [];
    world.agent.during("builder", async () => {
      const attempt = await offered(world);
      const path = `/attempts/${attempt.id}`;
      expect(attempt.instructions).toContain("Greet by name");
      expect((await call(world, `${path}/claim`, { by: "agent-7" })).body).toMatchObject({ state: "claimed" });
      expect(await call(world, `${path}/claim`, { by: "agent-8" })).toMatchObject({ status: 409 });
      await call(world, `${path}/events`, { events: [{ kind: "message", text: "I greet." }] });
      const patch = await changed(attempt, "src/greet.js", "export const greet = (name) => `hello ${name}`;\n");
      const result = { by: "agent-7", result: { summary: "Greets by name" }, patch };
      seen.push(await call(world, `${path}/result`, result));
      seen.push(await call(world, `${path}/result`, result));
      seen.push(await call(world, `${path}/result`, { ...result, patch: `${patch}\n` }));
    });

    const run = await world.settled(issue, "promotable");

    expect(seen.map(({ status }) => status)).toEqual([200, 200, 409]);
    expect(run.phases[0]?.state).toMatchObject({ kind: "complete" });
    expect(run.phases[0]?.candidate).toMatchObject({ summary: "Greets by name" });
    const { body } = await call(world, `/attempts/${run.phases[0]?.pastAttempts[0]?.id ?? `${run.id}.1.1`}/events`);
    expect(JSON.stringify(body)).toContain("I greet.");
  },
  { config: EXTERNAL },
);

scenario(
  "a patch that does not apply costs the attempt; a result for the one before is told which is current",
  async (world) => {
    const issue = await world.labelIssue("autopack");
    const ids: AttemptId[] = [];
    world.agent.during("builder", async () => {
      const { id } = await offered(world);
      ids.push(id);
      const patch = "diff --git a/gone.js b/gone.js\n--- a/gone.js\n+++ b/gone.js\n@@ -1 +1 @@\n-a\n+b\n";
      await call(world, `/attempts/${id}/result`, { by: "agent-7", patch });
      world.agent.during("builder", async () => {
        const next = await offered(world);
        const late = await call(world, `/attempts/${id}/result`, { by: "agent-7", result: {} });
        expect(late).toMatchObject({ status: 409, body: { title: "Conflict" } });
        expect(next.id).not.toBe(id);
        expect(next.instructions).toContain("does not apply");
        const failure = { class: "permission", message: "I may not clone that." };
        await call(world, `/attempts/${next.id}/result`, { by: "agent-7", result: { error: failure } });
      });
    });

    await world.drain();

    const run = await world.run(issue);
    const attempts = [...(run.phases[0]?.pastAttempts ?? []), run.phases[0]?.attempt];
    expect(attempts.map((attempt) => attempt?.failure?.class)).toEqual(
      expect.arrayContaining(["junk_result", "permission"]),
    );
  },
  { config: EXTERNAL },
);
