type Schema = Readonly<Record<string, unknown>>;

/** The smallest value that a JSON schema takes, near enough for what agents ask: the first of a choice, and text where text goes. */
export function fillSchema(schema: unknown): unknown {
  if (typeof schema !== "object" || schema === null) return "scripted";
  const { enum: choices, anyOf, const: fixed } = schema as Schema;
  if (fixed !== undefined) return fixed;
  if (Array.isArray(choices)) return choices[0];
  if (Array.isArray(anyOf)) return fillSchema(anyOf[0]);
  return fillType(schema as Schema);
}

function fillType(schema: Schema): unknown {
  const { type, properties, required } = schema;
  switch (String(Array.isArray(type) ? type[0] : type).toLowerCase()) {
    case "object":
      return fillObject((properties ?? {}) as Schema, Array.isArray(required) ? required.map(String) : []);
    case "array":
      return [];
    case "boolean":
      return false;
    case "number":
    case "integer":
      return 1;
    case "null":
      return null;
    case "string":
      return "scripted";
  }
  return "scripted";
}

/** Values for the named properties. */
export function fillObject(properties: Schema, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, fillSchema(properties[name])]));
}
