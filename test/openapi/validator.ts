import { z } from "zod";
import type { Description, Operation, Schema } from "./description.ts";
import type { Exchange } from "../github/traffic.ts";
import type { Packages } from "./packages.ts";

/** What is wrong with one exchange. */
export interface Violation {
  readonly side: "request" | "answer";
  /** A JSON pointer into the body, or the name of a parameter. */
  readonly at: string;
  readonly message: string;
}

export interface Judgement {
  /** As in `POST /repos/{owner}/{repo}/issues`. */
  readonly endpoint: string;
  readonly violations: readonly Violation[];
}

/** What is used of ajv, which is installed when this is run. */
interface Ajv {
  addSchema(schema: Schema, key: string): unknown;
  compile(schema: Schema): Validate;
}

interface Validate {
  (value: unknown): boolean;
  readonly errors?:
    readonly { readonly instancePath: string; readonly message?: string; readonly params: object }[] | null;
}

/** GitHub refuses by these wherever it likes, also where its description does not say so. */
const REFUSALS: ReadonlySet<number> = new Set([401, 403, 404, 409, 422, 429]);

/** Makes the judge of REST exchanges. */
export function restJudge(description: Description, packages: Packages): (exchange: Exchange) => Judgement {
  const validators = new Map<string, Validate>();
  const body = ajvOf(packages, false);
  const text = ajvOf(packages, true);
  const answer = ajvOf(packages, false);
  body.addSchema(description.strict, "github");
  text.addSchema(description.strict, "github");
  answer.addSchema(description.loose, "github");

  function check(ajv: "body" | "text" | "answer", pointer: string, value: unknown) {
    const key = `${ajv} ${pointer}`;
    const made = validators.get(key) ?? { body, text, answer }[ajv].compile({ $ref: `github${encoded(pointer)}` });
    validators.set(key, made);
    if (made(value)) return [];
    return (made.errors ?? []).map(({ instancePath, message = "is wrong", params }) => ({
      at: instancePath,
      message: `${message} ${JSON.stringify(params)}`,
    }));
  }

  function parameters(operation: Operation, given: ReadonlyMap<string, string>, place: "path" | "query"): Violation[] {
    const known = operation.parameters.filter((parameter) => parameter.in === place);
    const names = new Set(known.map(({ name }) => (place === "path" ? name.replaceAll("-", "_") : name)));
    const unknown = [...given.keys()].filter((name) => !names.has(name));
    const wrong = known.flatMap(({ name, required, pointer }) => {
      const value = given.get(place === "path" ? name.replaceAll("-", "_") : name);
      if (value === undefined) return required ? [{ at: name, message: "is missing" }] : [];
      return check("text", pointer, { value }.value).map(({ message }) => ({
        at: name,
        message: `${value} ${message}`,
      }));
    });
    return [...unknown.map((at) => ({ at, message: `is no parameter of the ${place}` })), ...wrong].map((one) => ({
      side: "request",
      ...one,
    }));
  }

  function sent(operation: Operation, { body: raw, contentType }: Exchange): Violation[] {
    if (raw === "") return operation.body?.required === true ? [request("", "has no body")] : [];
    if (operation.body === null) return raw === "{}" ? [] : [request("", "has a body, and may not")];
    const type = /^application\/json\b/.test(contentType ?? "") ? [] : [request("", `is ${contentType}, not JSON`)];
    const value: unknown = JSON.parse(raw);
    const known = fieldsOf(description, operation.body.pointer);
    const unknown = known === null ? [] : Object.keys(Object(value)).filter((name) => !known.has(name));
    return [
      ...type,
      ...unknown.map((name) => request(`/${name}`, "is not a field that GitHub knows")),
      ...check("body", operation.body.pointer, value).map(({ at, message }) => request(at, message)),
    ];
  }

  function answered(operation: Operation, { method, status, answer: raw }: Exchange): Violation[] {
    // Every read may be conditional, and not every description says so.
    if (method === "GET" && status === 304) return [];
    const pointer = operation.answers.get(status);
    // Answers of failures come from faults that a test staged.
    if (pointer === undefined && (REFUSALS.has(status) || (status >= 500 && status !== 501))) return [];
    if (pointer === undefined) return [{ side: "answer", at: "", message: `GitHub never answers ${status}` }];
    if (status >= 400 || pointer === null || raw === "") return [];
    const value: unknown = JSON.parse(raw);
    return check("answer", pointer, value)
      .filter(({ at }) => !isStale(value, at))
      .map((one) => ({ side: "answer", ...one }));
  }

  return (exchange) => {
    const { method, path, query } = exchange;
    const found = description.find(method, path);
    if (found === null) {
      const violations: Violation[] = [{ side: "request", at: path, message: "GitHub has no such endpoint" }];
      return { endpoint: `${method} ${path}`, violations };
    }
    const { operation, values } = found;
    return {
      endpoint: `${method} ${operation.template}`,
      violations: [
        ...parameters(operation, values, "path"),
        ...parameters(operation, new Map(new URLSearchParams(query)), "query"),
        ...sent(operation, exchange),
        ...answered(operation, exchange),
      ],
    };
  };
}

function request(at: string, message: string): Violation {
  return { side: "request", at, message };
}

/** GitHub's pages name this conclusion of a check run, and its description of webhooks; that of answers has forgotten it. */
function isStale(value: unknown, at: string): boolean {
  const found = at
    .split("/")
    .slice(1)
    .reduce<unknown>((inside, key) => new Map<string, unknown>(Object.entries(Object(inside))).get(key), value);
  return at.endsWith("/conclusion") && found === "stale";
}

/** Values of addresses are texts: a number among them is to be read as one. */
function ajvOf({ require: load }: Packages, coerceTypes: boolean): Ajv {
  type Constructor = new (options: object) => Ajv;
  // oxlint-disable typescript/no-unsafe-type-assertion -- packages that are installed when this runs bring no types along
  const { default: Made } = load("ajv") as { default: Constructor };
  const { default: addFormats } = load("ajv-formats") as { default: (ajv: Ajv) => void };
  // oxlint-enable typescript/no-unsafe-type-assertion
  const ajv = new Made({ strict: false, validateSchema: false, allErrors: true, logger: false, coerceTypes });
  addFormats(ajv);
  return ajv;
}

function encoded(pointer: string): string {
  return pointer.split("/").map(encodeURIComponent).join("/").replace(/^%23/, "#");
}

const shape = z.object({
  properties: z.record(z.string(), z.unknown()).optional(),
  additionalProperties: z.unknown().optional(),
  oneOf: z.unknown().optional(),
  anyOf: z.unknown().optional(),
  allOf: z.unknown().optional(),
  $ref: z.unknown().optional(),
});

/** The fields that a body may have; null where its schema does not simply list them. */
function fieldsOf(description: Description, pointer: string): ReadonlySet<string> | null {
  const { properties, additionalProperties, oneOf, anyOf, allOf } = shape.parse(description.at(pointer));
  const own = Object.keys(properties ?? {});
  if (additionalProperties === true || allOf !== undefined) return null;
  const alternatives = z.array(shape).safeParse(oneOf ?? anyOf ?? []).data ?? [];
  if (alternatives.some((one) => one.$ref !== undefined)) return null;
  const names = [...own, ...alternatives.flatMap((one) => Object.keys(one.properties ?? {}))];
  return names.length === 0 ? null : new Set(names);
}
