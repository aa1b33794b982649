import { z } from "@hono/zod-openapi";

/** Larger results are junk to whoever reads them. */
const MAX_RESULT_CHARS = 1024 ** 2;
/** What the database takes. Base64 needs four characters for three bytes. */
export const MAX_PATCH_BYTES = 16 * 1024 ** 2;

const text = z.string().max(MAX_RESULT_CHARS);

export const attemptId = z.object({
  id: z
    .string()
    .regex(/^[0-9]+-[a-z0-9]{8}\.[0-9]+\.[0-9]+$/, "must be an attempt's id, as in 42-k3f9x2ab.1.2")
    .openapi({ param: { name: "id", in: "path" }, example: "42-k3f9x2ab.1.2" }),
});

export const listQuery = z.object({
  state: z.enum(["offered", "claimed", "submitted"]).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});

export const eventsQuery = z.object({
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(1000).default(200),
});

const summary = {
  id: z.string(),
  run: z.string(),
  role: z.enum(["planner", "builder", "auditor", "investigator"]),
  state: z.enum(["offered", "claimed", "submitted", "over"]),
  repository: z.string(),
  issue: z.int(),
  base: z.string(),
  offered_at: z.string(),
  expires_at: z.string(),
  claimed_by: z.string().nullable(),
  submitted_at: z.string().nullable(),
};

export const attemptSummary = z.object(summary).openapi("AttemptSummary");

export const attemptSchema = z
  .object({
    ...summary,
    instructions: z.string().openapi({ description: "Markdown" }),
    context: z.record(z.string(), z.unknown()).openapi({ description: "The same facts for programs" }),
    clone: z.object({
      url: z.string(),
      branch: z.string().openapi({ description: "Holds the base, unless nothing of the run has landed yet" }),
    }),
    starting_patch: z
      .string()
      .nullable()
      .openapi({ description: "Where the change is that lies on the base already: to go on from, or to judge" }),
  })
  .openapi("Attempt");

const claimer = z.string().trim().min(1).max(100).openapi({ example: "agent-7" });

export const claimBody = z
  .object({ by: claimer, take_over: z.boolean().default(false) })
  .strict()
  .openapi("Claim");

export const resultBody = z
  .object({
    by: claimer,
    result: z
      .record(z.string(), z.unknown())
      .nullable()
      .default(null)
      .openapi({ description: "What an agent writes to its result file", example: { summary: "Greets by name" } }),
    patch: z.string().max(MAX_PATCH_BYTES).optional(),
    patch_base64: z
      .base64()
      .max((MAX_PATCH_BYTES / 3) * 4 + 4)
      .optional(),
  })
  .strict()
  .refine(({ patch, patch_base64: bytes }) => patch === undefined || bytes === undefined, {
    path: ["patch_base64"],
    error: "give the patch once: as text or in base64",
  })
  .refine(({ result }) => JSON.stringify(result).length <= MAX_RESULT_CHARS, {
    path: ["result"],
    error: `must have at most ${MAX_RESULT_CHARS} characters as JSON`,
  })
  .openapi("Result");

const count = z.number().min(0);

export const reportedEvent = z
  .discriminatedUnion("kind", [
    z.object({ kind: z.literal("turn"), number: z.int().min(1) }),
    z.object({ kind: z.literal("message"), text }),
    z.object({ kind: z.literal("tool_call"), id: text, name: text, input: text }),
    z.object({ kind: z.literal("tool_result"), id: text, output: text, isError: z.boolean() }),
    z.object({
      kind: z.literal("usage"),
      usage: z.object({ inputTokens: count, outputTokens: count, costUsd: count, turns: count }),
    }),
    z.object({ kind: z.literal("notice"), text }),
  ])
  .openapi("Event");

export const eventsBody = z
  .object({ events: z.array(reportedEvent).min(1).max(200) })
  .strict()
  .openapi("Events");

export const storedEvents = z
  .object({
    events: z.array(
      z.object({
        seq: z.int(),
        at: z.string(),
        kind: z.string(),
        payload: z.record(z.string(), z.unknown()),
        payload_truncated: z.boolean(),
      }),
    ),
  })
  .openapi("StoredEvents");
