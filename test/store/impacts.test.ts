import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { PhaseId, RunId } from "../../src/domain/ids.ts";
import type { TouchedPath } from "../../src/domain/phase.ts";
import type { Impact } from "../../src/domain/waves/impact.ts";
import { NO_KNOWLEDGE } from "../../src/domain/waves/impactKnowledge.ts";
import { impactKnowledge, savePredictions, scorePhase } from "../../src/store/impacts.ts";
import { createDatabase, emptyTables } from "../harness/database.ts";
import type { TestDatabase } from "../harness/database.ts";

const RUN = "7-aaaaaaaa" as RunId;
const REPOSITORY = 101;

let database: TestDatabase;
beforeAll(async () => {
  database = await createDatabase();
});
afterAll(async () => database.drop());
beforeEach(async () => {
  await emptyTables(database.knex);
  await database.knex("repositories").insert(
    [REPOSITORY, 102].map((id) => ({
      id,
      installation_id: 7,
      owner: "acme",
      name: `widget-${id}`,
      is_private: false,
      default_branch: "main",
    })),
  );
  await addRun(RUN, REPOSITORY);
});

async function addRun(id: RunId, repositoryId: number): Promise<void> {
  await database.knex("runs").insert({
    id,
    repository_id: repositoryId,
    issue_number: 7,
    title: "Greet",
    body: "",
    requester: "alice",
  });
}

interface Planned {
  readonly id: PhaseId;
  readonly plan: { readonly category: string; readonly impacts: readonly Impact[] };
}

async function addPhase(
  ordinal: number,
  impacts: readonly Impact[],
  { category = "feature", run = RUN }: { readonly category?: string; readonly run?: RunId } = {},
): Promise<Planned> {
  const phase = { id: `${run}.${ordinal}` as PhaseId, plan: { category, impacts } };
  await database
    .knex("phases")
    .insert({ id: phase.id, run_id: run, ordinal, plan: JSON.stringify(phase.plan), category, tier: 1 });
  await save([phase], run);
  return phase;
}

async function save(phases: readonly Planned[], run = RUN): Promise<void> {
  await savePredictions(database.knex, run, phases as unknown as Parameters<typeof savePredictions>[2]);
}

async function score(phase: Planned, ...paths: readonly (string | TouchedPath)[]): Promise<void> {
  const touched = paths.map((path): TouchedPath => (typeof path === "string" ? { path, operation: "update" } : path));
  await database.knex.transaction(async (tx) => scorePhase(tx, phase.id, touched));
}

function impact(path: string, more: Partial<Impact> = {}): Impact {
  return { path, operation: "update", source: "declared", confidence: 1, ...more };
}

async function rows(): Promise<readonly unknown[]> {
  return database
    .knex("impact_predictions")
    .orderBy(["source", "path"])
    .select("path", "operation", "source", "hit", database.knex.raw("scored_at is not null as scored"));
}

describe("a phase's predictions", () => {
  const predicted = [
    impact("src/a.ts"),
    impact("docs/**", { operation: "read" }),
    impact("test/a.test.ts", { source: "pattern", confidence: 0.8 }),
  ];

  test("are stored once, and get their verdict when it has landed", async () => {
    const phase = await addPhase(1, predicted);
    await save([phase]);
    expect(await rows()).toEqual([
      { path: "docs/**", operation: "read", source: "declared", hit: null, scored: false },
      { path: "src/a.ts", operation: "update", source: "declared", hit: null, scored: false },
      { path: "test/a.test.ts", operation: "update", source: "pattern", hit: null, scored: false },
    ]);
    await score(phase, "src/a.ts", { path: "src/b.ts", operation: "create" });
    const scored = [
      { path: "docs/**", operation: "read", source: "declared", hit: null, scored: true },
      { path: "src/a.ts", operation: "update", source: "declared", hit: true, scored: true },
      { path: "test/a.test.ts", operation: "update", source: "pattern", hit: false, scored: true },
      { path: "src/a.ts", operation: "update", source: "validated", hit: true, scored: true },
      { path: "src/b.ts", operation: "create", source: "validated", hit: false, scored: true },
    ];
    expect(await rows()).toEqual(scored);
    await score(phase, "src/a.ts", { path: "src/b.ts", operation: "create" });
    await save([phase]);
    expect(await rows()).toEqual(scored);
    expect(await database.knex("impact_scores").select("category", "touched", "precision", "recall")).toEqual([
      { category: "feature", touched: 2, precision: 0.5, recall: 0.5 },
    ]);
  });

  test("another diff replaces the verdicts", async () => {
    const phase = await addPhase(1, [impact("src/a.ts")]);
    await score(phase, "src/a.ts", "x".repeat(4000));
    await score(phase, "src/b.ts");
    expect(await rows()).toEqual([
      { path: "src/a.ts", operation: "update", source: "declared", hit: false, scored: true },
      { path: "src/b.ts", operation: "update", source: "validated", hit: false, scored: true },
    ]);
  });

  test("may be none, and so may what it touched", async () => {
    const phase = await addPhase(1, []);
    await score(phase);
    expect(await database.knex("impact_scores").first("touched", "precision", "recall")).toEqual({
      touched: 0,
      precision: null,
      recall: null,
    });
  });

  test("a replanned phase's are replaced", async () => {
    const phase = await addPhase(1, predicted);
    await save([{ ...phase, plan: { ...phase.plan, impacts: [impact("src/new.ts")] } }]);
    expect(await rows()).toMatchObject([{ path: "src/new.ts" }]);
  });

  test("go with their run", async () => {
    await score(await addPhase(1, predicted), "src/a.ts");
    await database.knex("runs").where({ id: RUN }).delete();
    expect(await rows()).toEqual([]);
  });
});

describe("what the next plan knows", () => {
  test("is nothing in a new repository", async () => {
    expect(await impactKnowledge(database.knex, REPOSITORY)).toEqual(NO_KNOWLEDGE);
  });

  test("which files changed together, what declarations were worth, which files there are", async () => {
    await score(await addPhase(1, [impact("src/a.ts"), impact("src/x.ts")]), "src/a.ts", "src/b.ts", "src/old.ts");
    await score(
      await addPhase(2, [impact("docs/*"), impact("src/**", { operation: "read" })], { category: "docs" }),
      "docs/a.md",
      { path: "src/old.ts", operation: "delete" },
    );
    await addPhase(3, [impact("src/not-landed.ts")]);
    expect(await impactKnowledge(database.knex, REPOSITORY)).toEqual({
      changes: [
        ["src/a.ts", "src/b.ts", "src/old.ts"],
        ["docs/a.md", "src/old.ts"],
      ],
      declared: { feature: { hits: 1, total: 2 }, docs: { hits: 1, total: 1 } },
      paths: new Set(["src/a.ts", "src/b.ts", "docs/a.md"]),
    });
  });

  test("never comes from other repositories, nor from phases that touched everything", async () => {
    const other = "7-bbbbbbbb" as RunId;
    await addRun(other, 102);
    await score(await addPhase(1, [impact("a.ts")], { run: other }), "a.ts");
    await score(await addPhase(2, [impact("src/**")]), ...Array.from({ length: 51 }, (_, index) => `src/${index}.ts`));
    expect(await impactKnowledge(database.knex, REPOSITORY)).toEqual({
      changes: [],
      declared: { feature: { hits: 1, total: 1 } },
      paths: new Set(),
    });
  });

  test("is read from an index, newest first", async () => {
    const text = await database.knex.transaction(async (tx) => {
      // On a handful of rows any other way is as good.
      await tx.raw("set local enable_seqscan = off; set local enable_bitmapscan = off; set local enable_sort = off");
      const plan = await tx.raw<{ rows: { "QUERY PLAN": string }[] }>(
        "explain select phase_id from impact_scores where repository_id = 1 order by scored_at desc, phase_id limit 100",
      );
      return plan.rows.map((row) => row["QUERY PLAN"]).join("\n");
    });
    expect(text).toContain("using impact_scores_newest");
    expect(text).not.toContain("Sort");
  });
});

describe("SQL repeats the invariants", () => {
  test.each([
    ["a made-up operation", "update impact_predictions set operation = 'rename'"],
    ["a made-up source", "update impact_predictions set source = 'guess'"],
    ["more than certain", "update impact_predictions set confidence = 1.1"],
    ["a verdict on what has not landed", "update impact_predictions set hit = true"],
    ["a verdict on a read", "update impact_predictions set operation = 'read', hit = true, scored_at = now()"],
    ["touched, but not scored", "update impact_predictions set source = 'validated'"],
  ])("%s is refused", async (_, sql) => {
    await addPhase(1, [impact("src/a.ts")]);
    await expect(database.knex.raw(sql)).rejects.toThrow("violates check constraint");
  });
});
