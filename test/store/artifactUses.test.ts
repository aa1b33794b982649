import { afterAll, beforeAll, expect, test } from "vitest";
import * as liveness from "../../migrations/20261121120500_liveness.ts";
import type { RunId } from "../../src/domain/ids.ts";
import { saveArtifactUses } from "../../src/store/artifactUses.ts";
import { createDatabase } from "../harness/database.ts";
import type { TestDatabase } from "../harness/database.ts";
import { insertRun } from "./livingRows.ts";

const RUN = "7-aaaaaaaa" as RunId;

let database: TestDatabase;
beforeAll(async () => {
  database = await createDatabase();
  await insertRun(database.knex, { id: RUN, issue: 7 });
  await database.knex("artifacts").insert(["1", "2", "3", "4"].map(artifact));
});
afterAll(async () => database.drop());

function artifact(digit: string) {
  const expires = database.knex.raw("now() + interval '30 days'");
  return { id: digit.repeat(64), media_type: "text/plain", bytes: Buffer.from(digit), expires_at: expires };
}

async function used(run: string = RUN): Promise<readonly string[]> {
  return database.knex("artifact_uses").where({ run_id: run }).orderBy("artifact_id").pluck("artifact_id");
}

test("what an event names is noted, wherever it stands in it, once; what is no artifact is passed over", async () => {
  const candidate = { patch: "1".repeat(64), tree: "2".repeat(40), summary: `see ${"3".repeat(64)}` };
  const event = {
    kind: "phase_built",
    log: "2".repeat(64),
    candidate,
    evidence: [{ log: null }],
    hash: "f".repeat(64),
  };
  await saveArtifactUses(database.knex, RUN, event);
  await saveArtifactUses(database.knex, RUN, event);
  await saveArtifactUses(database.knex, RUN, { kind: "planning_started" });
  expect(await used()).toEqual(["1".repeat(64), "2".repeat(64)]);
});

test("what was stored before is found in the history, the attempts and the gates", async () => {
  const { knex } = database;
  await liveness.down(knex);
  await knex("events").insert({ run_id: RUN, kind: "x", payload: JSON.stringify({ a: { log: "3".repeat(64) } }) });
  await knex("gates").insert({
    run_id: RUN,
    gate: "ci",
    sha: "a".repeat(40),
    conclusion: "success",
    evidence: JSON.stringify({ steps: [{ log: "4".repeat(64) }, { log: "5".repeat(64) }] }),
  });
  await liveness.up(knex);
  expect(await used()).toEqual(["3".repeat(64), "4".repeat(64)]);
});
