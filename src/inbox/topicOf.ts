import { z } from "zod";
import { commentTopic, editTopic, labelTopic, pushTopic, reviewTopic, stateTopic } from "../domain/topic.ts";
import type { Topic } from "../domain/topic.ts";

const numbered = z.object({ number: z.int(), updated_at: z.iso.datetime() });
const scope = z.object({ action: z.string(), repository: z.object({ id: z.int() }) });
const comment = z.object({
  action: z.literal("created"),
  comment: z.object({ id: z.int(), created_at: z.iso.datetime() }),
});
const review = z.object({ action: z.string(), review: z.object({ id: z.int(), submitted_at: z.iso.datetime() }) });
const issue = scope.extend({
  issue: numbered.extend({ title: z.string(), body: z.string().nullish() }),
  label: z.object({ name: z.string() }).optional(),
});
const pull = scope.extend({ pull_request: numbered, label: z.object({ name: z.string() }).optional() });
const push = z.object({ repository: z.object({ id: z.int() }), ref: z.string(), after: z.string() });

/**
 * What a delivery tells, so that a sweep which saw the same by itself and this delivery are acted on once. Null for news that
 * no sweep brings, and for payloads that are not what GitHub documents.
 */
export function topicOf(event: string, payload: unknown): Topic | null {
  switch (event) {
    case "issue_comment":
      return read(comment, payload, ({ comment: { id, created_at: at } }) => commentTopic(id, at));
    case "pull_request_review":
      return read(review, payload, ({ action, review: { id, submitted_at: at } }) => reviewTopic(id, action, at));
    case "issues":
      return read(issue, payload, topicOfIssue);
    case "pull_request":
      return read(pull, payload, ({ pull_request: { number, updated_at: at }, ...told }) =>
        changeTopic("pull_request", { number, at }, told),
      );
    case "push":
      return read(push, payload, ({ repository, ref, after }) =>
        pushTopic({ repositoryId: repository.id, ref, after }),
      );
    default:
      return null;
  }
}

function read<T>(schema: z.ZodType<T>, payload: unknown, toTopic: (told: T) => Topic): Topic | null {
  const told = schema.safeParse(payload);
  return told.success ? toTopic(told.data) : null;
}

function topicOfIssue({ issue: { number, title, body, updated_at: at }, ...told }: z.infer<typeof issue>): Topic {
  if (told.action !== "edited") return changeTopic("issues", { number, at }, told);
  return editTopic({ repositoryId: told.repository.id, number }, { title, body: body ?? "" });
}

function changeTopic(
  event: string,
  { number, at }: { readonly number: number; readonly at: string },
  { action, repository, label }: z.infer<typeof scope> & { readonly label?: { readonly name: string } | undefined },
): Topic {
  const place = { repositoryId: repository.id, number, action, at };
  return label === undefined ? stateTopic(event, place) : labelTopic(event, { ...place, label: label.name });
}
