import type { InboxDeps } from "./deps.ts";

/** Bots are not obeyed, and Autopack's own changes come back as webhooks too: two programs could go on for ever. */
export async function isPerson(
  sender: { readonly login: string; readonly type?: string | undefined },
  { forges }: Pick<InboxDeps, "forges">,
): Promise<boolean> {
  return sender.type !== "Bot" && sender.login !== (await forges.botLogin());
}
