import { z } from "zod";
import type { KeyPath } from "./yamlSource.ts";

type Schema = z.core.JSONSchema.BaseSchema;

/** Finds the keys that a schema takes at a path, for did-you-mean. Lists and free names count as one level, alternatives are merged. */
export function knownKeysOf(schema: z.ZodType): (path: KeyPath) => readonly string[] {
  const root = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return (path) => {
    const reached = path.reduce<readonly Schema[]>((at, segment) => at.flatMap((each) => step(each, segment)), [root]);
    return [...new Set(reached.flatMap(alternatives).flatMap(({ properties }) => Object.keys(properties ?? {})))];
  };
}

function step(schema: Schema, segment: PropertyKey): readonly Schema[] {
  return alternatives(schema).flatMap(({ items, properties, additionalProperties }) => {
    const next = typeof segment === "number" ? items : (properties?.[String(segment)] ?? additionalProperties);
    return typeof next === "object" && !Array.isArray(next) ? [next] : [];
  });
}

function alternatives(schema: Schema): readonly Schema[] {
  const inner = schema.anyOf ?? schema.oneOf;
  if (inner === undefined) return [schema];
  return inner.filter((each): each is Schema => typeof each === "object").flatMap(alternatives);
}
