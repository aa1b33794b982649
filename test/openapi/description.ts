import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { DESCRIPTION } from "./packages.ts";
import type { Packages } from "./packages.ts";

/** A JSON schema, or a part of one. */
export type Schema = Readonly<Record<string, unknown>>;

export interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
  readonly pointer: string;
}

/** One method of one path, as GitHub describes it. */
export interface Operation {
  readonly method: string;
  /** As in `/repos/{owner}/{repo}/issues`. */
  readonly template: string;
  readonly parameters: readonly Parameter[];
  /** Where the schema of its JSON body is; null where it takes none. */
  readonly body: { readonly pointer: string; readonly required: boolean } | null;
  /** By status; a null pointer: no JSON. */
  readonly answers: ReadonlyMap<number, string | null>;
}

export interface Description {
  /** The whole document, its schemas made into ones that JSON schema validators read: for what is sent. */
  readonly strict: Schema;
  /** The same for what is answered, where things may be left out: the app itself fails on those that it needs. */
  readonly loose: Schema;
  find(
    method: string,
    path: string,
  ): { readonly operation: Operation; readonly values: ReadonlyMap<string, string> } | null;
  /** The schema at a pointer, references followed. */
  at(pointer: string): Schema;
}

const record = z.record(z.string(), z.unknown());

/** Reads GitHub's OpenAPI description of api.github.com. */
export async function readDescription({ folder }: Packages): Promise<Description> {
  const path = join(folder, "@octokit/openapi/generated", DESCRIPTION);
  const text = await readFile(path, "utf8");
  const document = record.parse(readable(JSON.parse(text), { loose: false }));
  const { paths } = z.object({ paths: z.record(z.string(), record) }).parse(document);
  const routes = Object.entries(paths).map(([template, methods]) => ({ template, methods, ...matcherOf(template) }));
  // Fixed words win over parameters, at the first place where two templates differ.
  routes.sort((a, b) => (a.rank < b.rank ? -1 : 1));

  return {
    strict: document,
    loose: record.parse(readable(JSON.parse(text), { loose: true })),
    find(method, asked) {
      for (const { template, methods, pattern } of routes) {
        const match = pattern.exec(asked);
        const name = method.toLowerCase();
        if (match === null || methods[name] === undefined) continue;
        const values = new Map(
          Object.entries(match.groups ?? {}).map(([key, value]) => [key, decodeURIComponent(value)]),
        );
        return { operation: operationOf(template, name), values };
      }
      return null;
    },
    at: (pointer) => record.parse(resolved(pointer).value),
  };

  function operationOf(template: string, method: string): Operation {
    const pointer = `#/paths/${escaped(template)}/${method}`;
    const operation = record.parse(resolved(pointer).value);
    return {
      method: method.toUpperCase(),
      template,
      parameters: list(operation["parameters"]).map((_, index) => parameterAt(`${pointer}/parameters/${index}`)),
      body: bodyAt(`${pointer}/requestBody`),
      answers: new Map(
        Object.keys(record.parse(operation["responses"])).map((status) => [
          Number(status),
          jsonAt(`${pointer}/responses/${status}`),
        ]),
      ),
    };
  }

  function parameterAt(asked: string): Parameter {
    const { pointer, value } = resolved(asked);
    const {
      name,
      in: place,
      required = false,
    } = z.object({ name: z.string(), in: z.string(), required: z.boolean().optional() }).parse(value);
    return { name, in: place, required, pointer: `${pointer}/schema` };
  }

  function bodyAt(asked: string): Operation["body"] {
    const pointer = jsonAt(asked);
    if (pointer === null) return null;
    return { pointer, required: record.parse(resolved(asked).value)["required"] === true };
  }

  function jsonAt(asked: string): string | null {
    const { pointer, value } = resolved(asked);
    const parsed = z.object({ content: record }).safeParse(value);
    return parsed.success && "application/json" in parsed.data.content
      ? `${pointer}/content/application~1json/schema`
      : null;
  }

  function resolved(asked: string): { readonly pointer: string; readonly value: unknown } {
    const value = asked
      .slice(2)
      .split("/")
      .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
      .reduce<unknown>(
        (at, part) => (Array.isArray(at) ? at[Number(part)] : record.safeParse(at).data?.[part]),
        document,
      );
    const reference = z.object({ $ref: z.string() }).safeParse(value);
    return reference.success ? resolved(reference.data.$ref) : { pointer: asked, value };
  }
}

/** Sorts after every letter; also at the end, so that the longer of two comes first. */
const LAST = "\u{ffff}";

/** `contents/{path}`, `git/ref/{ref}` and the like take slashes. */
function matcherOf(template: string): { readonly pattern: RegExp; readonly rank: string } {
  const source = template
    .split(/(\{[^}]+\})/)
    .map((part) => {
      const name = /^\{(.+)\}$/.exec(part)?.[1];
      if (name === undefined) return part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
      return `(?<${name.replaceAll("-", "_")}>${name === "path" || name === "ref" ? ".+" : "[^/]+"})`;
    })
    .join("");
  return { pattern: new RegExp(`^${source}$`), rank: `${template.replaceAll("{", LAST)}${LAST}` };
}

function escaped(template: string): string {
  return template.replaceAll("~", "~0").replaceAll("/", "~1");
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** OpenAPI 3.0 writes what may be null in a way of its own. */
function readable(value: unknown, how: { readonly loose: boolean }): unknown {
  if (Array.isArray(value)) return value.map((one) => readable(one, how));
  const parsed = record.safeParse(value);
  if (!parsed.success) return value;
  const entries = Object.entries(parsed.data).flatMap(([key, one]): [string, unknown][] => {
    if (how.loose && key === "required" && Array.isArray(one)) return [];
    // Without what is required, more than one alternative may fit.
    return [[how.loose && key === "oneOf" && Array.isArray(one) ? "anyOf" : key, readable(one, how)]];
  });
  const { nullable, ...schema } = Object.fromEntries(entries);
  return nullable === true ? { anyOf: [{ type: "null" }, schema] } : schema;
}
