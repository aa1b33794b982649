import { stringify } from "yaml";

/** An issue whose plan is a YAML block of one tier with these phases, written as people write them. */
export function planIssue(...phases: readonly ({ readonly title: string } & Readonly<Record<string, unknown>>)[]): {
  readonly body: string;
} {
  return { body: `\`\`\`yaml\n${stringify({ autopack: { phases } })}\`\`\`\n` };
}
