import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Exchange } from "../github/traffic.ts";
import type { Packages } from "./packages.ts";
import type { Judgement, Violation } from "./validator.ts";

/** What is used of the `graphql` package, which is installed when this is run. */
interface Graphql {
  buildSchema(source: string, options: object): unknown;
  parse(source: string): { readonly definitions: readonly Definition[] };
  validate(schema: unknown, document: unknown): readonly Error[];
  getVariableValues(
    schema: unknown,
    definitions: readonly unknown[],
    values: object,
  ): { readonly errors?: readonly Error[] };
}

interface Definition {
  readonly kind: string;
  readonly operation?: string;
  readonly variableDefinitions?: readonly unknown[];
  readonly selectionSet?: { readonly selections: readonly { readonly name?: { readonly value: string } }[] };
}

const sent = z.object({ query: z.string(), variables: z.record(z.string(), z.unknown()).optional() });

/** Makes the judge of GraphQL requests: the document and its variables, against GitHub's schema. */
export async function graphqlJudge({ folder, require: load }: Packages): Promise<(exchange: Exchange) => Judgement> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- installed when this runs, without its types
  const graphql = load("graphql") as Graphql;
  const source = await readFile(join(folder, "@octokit/graphql-schema/schema.graphql"), "utf8");
  const schema = graphql.buildSchema(source, { assumeValid: true });

  return ({ body }) => {
    const { query, variables = {} } = sent.parse(JSON.parse(body));
    try {
      const document = graphql.parse(query);
      const [operation] = document.definitions;
      const { errors = [] } = graphql.getVariableValues(schema, operation?.variableDefinitions ?? [], variables);
      const fields = (operation?.selectionSet?.selections ?? []).map(({ name }) => name?.value ?? "…");
      return {
        endpoint: `POST /graphql ${operation?.operation ?? ""} ${fields.join(" + ")}`,
        violations: [...graphql.validate(schema, document), ...errors].map(violation),
      };
    } catch (error) {
      return { endpoint: "POST /graphql", violations: [violation(error)] };
    }
  };
}

function violation(error: unknown): Violation {
  return { side: "request", at: "", message: error instanceof Error ? error.message : String(error) };
}
