import { shortHash } from "./findings/shortHash.ts";

/**
 * What a webhook tells, whoever tells it: GitHub, GitHub once more, or a sweep that saw it by itself.
 *
 * `at` is GitHub's time of what happened, in ISO 8601; null where the name alone says what is there now, so that the same
 * may come to be again.
 */
export interface Topic {
  readonly name: string;
  readonly at: string | null;
}

interface Place {
  readonly repositoryId: number;
  readonly number: number;
}

export function commentTopic(id: number, at: string): Topic {
  return { name: `comment:${id}`, at };
}

export function reviewTopic(id: number, action: string, at: string): Topic {
  return { name: `review:${id}:${action}`, at };
}

/** Closed, opened again, marked as ready or as a draft. A pull request is an issue, too, so `event` tells them apart. */
export function stateTopic(
  event: string,
  { repositoryId, number, action, at }: Place & { readonly action: string; readonly at: string },
): Topic {
  return { name: `${event}:${repositoryId}#${number}:${action}`, at };
}

/** GitHub ignores the case of label names. */
export function labelTopic(
  event: string,
  label: Place & { readonly action: string; readonly label: string; readonly at: string },
): Topic {
  const { label: name, action, ...rest } = label;
  return stateTopic(event, { ...rest, action: `${action}:${name.toLowerCase()}` });
}

/** Of the texts as they read now: texts that were there before are no news. */
export function editTopic(
  { repositoryId, number }: Place,
  text: { readonly title: string; readonly body: string },
): Topic {
  const { title, body } = text;
  const digest = shortHash(`${title}\n${body}`);
  return { name: `issues:${repositoryId}#${number}:edited:${title.length}:${body.length}:${digest}`, at: null };
}

export function pushTopic(push: {
  readonly repositoryId: number;
  readonly ref: string;
  readonly after: string;
}): Topic {
  return { name: `push:${push.repositoryId}:${push.ref}:${push.after}`, at: null };
}
