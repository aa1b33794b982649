import { readFile } from "node:fs/promises";

/** What alice asks for: the first heading of issue.md is the title, the rest is the body. */
export async function readIssue(): Promise<{ readonly title: string; readonly body: string }> {
  const text = await readFile(new URL("issue.md", import.meta.url), "utf8");
  const [heading = "", ...rest] = text.split("\n");
  return { title: heading.replace(/^#\s*/, ""), body: rest.join("\n").trim() };
}
