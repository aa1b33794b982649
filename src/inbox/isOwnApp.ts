import type { InboxDeps } from "./deps.ts";

/** Whether a check run or suite is Autopack's own. */
export async function isOwnApp(
  app: { readonly slug?: string | null | undefined } | null | undefined,
  { forges }: Pick<InboxDeps, "forges">,
): Promise<boolean> {
  const slug = app?.slug ?? "";
  return slug !== "" && `${slug}[bot]` === (await forges.botLogin());
}
