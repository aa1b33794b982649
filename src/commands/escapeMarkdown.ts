import { plainLine } from "../domain/plainText.ts";

/** An empty comment: shows nothing, and comes between what GitHub would otherwise join to a mention or a link. */
const GAP = "<!-- -->";
const MAX_LENGTH = 500;

/**
 * Somebody's text as one line of Markdown that reads the same and does nothing: no mark-up, mentions, links, references.
 *
 * GitHub finds mentions and references in the rendered text, so a backslash does not stop them; an empty comment does.
 */
export function escapeMarkdown(text: string, maxLength = MAX_LENGTH): string {
  return plainLine(text, maxLength)
    .replaceAll(/[\\`*_[\]<>~|&$]/g, String.raw`\$&`)
    .replace(/^(\d*)([-+=:.)])/, String.raw`$1\$2`)
    .replaceAll(/[@#]|:(?=\/\/)|www(?=\.)|\b(?:mailto|xmpp)(?=:)|[a-z]-(?=\d)/gi, `$&${GAP}`)
    .replaceAll(/\b[0-9a-f](?=[0-9a-f]{6,39}\b)/gi, `$&${GAP}`);
}
