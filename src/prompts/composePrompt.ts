import Mustache from "mustache";
import type { AttemptRole } from "../domain/attempt.ts";
import type { PromptOverrides } from "../domain/promptOverrides.ts";
import type { PlaceholdersOf } from "./placeholders.ts";
import { TEMPLATES, template } from "./promptPack.ts";

/** What a prompt is made of. */
export interface PromptOrder<Role extends AttemptRole> {
  readonly role: Role;
  /** The Builder's mode or the Auditor's profile; one that nobody has words for is `general`'s. Null: the role has none. */
  readonly manner: string | null;
  readonly overrides: PromptOverrides;
  readonly placeholders: PlaceholdersOf<Role>;
  /** Further values of the frame. */
  readonly frame?: Readonly<Record<string, string | boolean | number>>;
  /** Sections of data. */
  readonly facts: readonly (string | null)[];
}

/**
 * Puts a prompt together: the rules, the words of the role and its manner, the facts, and the form of the result.
 *
 * A repository's words take the place of the role's and the manner's. They can refer to placeholders and to nothing else, so
 * neither rules nor result can be left out, and what stands in the facts is never looked at for templates.
 */
export function composePrompt<Role extends AttemptRole>(order: PromptOrder<Role>): string {
  const { role, manner, overrides, placeholders, frame = {}, facts } = order;
  const text = render(template(`_${role}`), {
    ...placeholders,
    ...frame,
    mayWrite: role === "builder",
    needed: role !== "builder",
    body: wordsOf(role, order).trim(),
    manner: manner === null ? "" : wordsOf(`${role}.${manner}`, order).trim(),
    facts: facts.filter((part) => part !== null && part !== "").join("\n\n"),
  });
  return `${text.trim()}\n`;

  function wordsOf(name: string, { role: of }: PromptOrder<Role>): string {
    const own = overrides[name] ?? TEMPLATES.get(name) ?? TEMPLATES.get(`${of}.general_review`) ?? "";
    return render(own, placeholders);
  }
}

/** Without a cache, which would keep every repository's words for ever. Nothing is escaped: it is Markdown. */
function render(text: string, view: Readonly<Record<string, unknown>>): string {
  const writer = new Mustache.Writer();
  return writer.render(text, view, (name) => template(`_${name}`), { escape: String });
}
