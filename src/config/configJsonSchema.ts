import { z } from "zod";
import { configSchema } from "./configSchema.ts";

/** The configuration's format as JSON Schema 2020-12, for editors. */
export function configJsonSchema(): z.core.JSONSchema.BaseSchema {
  return { ...z.toJSONSchema(configSchema, { io: "input" }), title: "Autopack repository configuration" };
}
