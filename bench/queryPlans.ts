import type { Knex } from "knex";
import pg from "pg";
import { connect } from "../src/store/connect.ts";

/** Tables that grow with every run. */
const GROWING = new Set(
  "runs phases attempts tiers waves gates approvals checkpoints events ledger_entries artifacts heartbeats".split(" "),
);

interface PlanNode {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly "Index Name"?: string;
  readonly Plans?: readonly PlanNode[];
}

interface Statement {
  readonly sql: string;
  readonly bindings: readonly unknown[];
}

/** What PostgreSQL does for the statements that `work` sends: growing tables read from end to end, and indexes used. */
export async function plansOf(
  url: string,
  work: (db: Knex) => Promise<unknown>,
): Promise<{ readonly scans: readonly string[]; readonly indexes: readonly string[] }> {
  const nodes = (await explained(url, await statementsOf(url, work))).flatMap(allNodes);
  const scans = nodes.flatMap((node) => (node["Node Type"].includes("Seq Scan") ? (node["Relation Name"] ?? []) : []));
  const indexes = nodes.flatMap((node) => node["Index Name"] ?? []);
  return {
    scans: [...new Set(scans)].filter((table) => GROWING.has(table)),
    indexes: [...new Set(indexes)].toSorted((a, b) => a.localeCompare(b)),
  };
}

/** The statements as they are sent, with what is filled in: plans depend on it. */
async function statementsOf(url: string, work: (db: Knex) => Promise<unknown>): Promise<readonly Statement[]> {
  const db = connect(url, { poolMax: 1 });
  const sent: Statement[] = [];
  db.on("query", ({ sql, bindings }: Statement) => sent.push({ sql, bindings }));
  try {
    await work(db);
  } finally {
    await db.destroy();
  }
  return sent.filter(({ sql }) => /^\s*(select|with)\b/i.test(sql));
}

async function explained(url: string, statements: readonly Statement[]): Promise<readonly PlanNode[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const plans: PlanNode[] = [];
    for (const { sql, bindings } of statements) {
      const { rows } = await client.query<{ "QUERY PLAN": readonly { readonly Plan: PlanNode }[] }>(
        `explain (format json) ${sql}`,
        [...bindings],
      );
      plans.push(...(rows[0]?.["QUERY PLAN"] ?? []).map(({ Plan }) => Plan));
    }
    return plans;
  } finally {
    await client.end();
  }
}

function allNodes(node: PlanNode): readonly PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(allNodes)];
}
