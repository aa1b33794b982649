import { stringify } from "yaml";
import { expect } from "vitest";
import { expectPromoted, pictureOf } from "../harness/picture.ts";
import type { World } from "../harness/world.ts";
import { quickConfig } from "./quickConfig.ts";
import { expectSettled } from "./settledRun.ts";

/**
 * Two tiers: three phases that are built side by side, the first two of which turn out to be in each other's way, and one that
 * needs what all three have made.
 */
export const WAVES = {
  phases: 4,
  /** Phases side by side. */
  wide: 3,
  body: plan(
    [
      { title: "One", files: ["one.txt"] },
      { title: "Two", files: ["two.txt"] },
      { title: "Three", files: ["three.txt"] },
    ],
    [{ title: "All of them" }],
  ),
} as const;

function plan(...tiers: readonly (readonly object[])[]): string {
  const listed = tiers.map((phases, index) => ({ title: `Part ${index + 1}`, phases }));
  return `\`\`\`yaml\n${stringify({ autopack: { tiers: listed } })}\`\`\`\n`;
}

/** What the phases leave on the branch; the line of README.md has the words of the first two in the order of their landing. */
const MADE = { "one.txt": "one\n", "two.txt": "two\n", "three.txt": "three\n", "all.txt": "one\ntwo\nthree\n" };
const README = /^# widget (?:one two|two one)\n$/;

interface WaveOptions {
  readonly autoMerge?: boolean;
  /** Tokens that each Builder attempt says it has used. */
  readonly tokens?: number;
  readonly budgets?: object;
}

/** A configuration whose agents, of a few shell commands, do that plan; the Auditor approves whatever it sees. */
export function waveConfig({ autoMerge = true, tokens = 0, budgets = {} }: WaveOptions = {}): object {
  const script = `
    named() { echo "$1" > "$1.txt"; printf '%s %s\\n' "$(cat README.md)" "$1" > README.md; }
    case "$AUTOPACK_ROLE $AUTOPACK_ATTEMPT" in
      "builder "*.1.*) named one ;;
      "builder "*.2.*) named two ;;
      "builder "*.3.*) echo three > three.txt ;;
      "builder "*.4.*) cat one.txt two.txt three.txt > all.txt ;;
    esac
    case "$AUTOPACK_ROLE" in
      builder) echo '{ "usage": { "input_tokens": ${tokens} } }' > "$AUTOPACK_RESULT" ;;
      auditor) echo '{ "verdict": "approve", "confidence": "high", "summary": "fine" }' > "$AUTOPACK_RESULT" ;;
    esac`;
  const agent = { backend: "command", command: ["sh", "-e", "-c", script] };
  return { ...quickConfig({ autoMerge }), agents: { builder: agent, auditor: agent }, budgets };
}

/** The run of that plan is merged, with everything there once: on GitHub, in git, and in the database. */
export async function expectWavesPromoted(world: World, issue: number): Promise<void> {
  const picture = await pictureOf(world, issue);
  // The phases of a wave land in any order; what comes after it comes last.
  expect(picture.commits.at(-1)).toBe(`.${WAVES.phases}`);
  expectPromoted({ ...picture, commits: picture.commits.toSorted() }, { phases: WAVES.phases });
  await expectSettled(world, issue);
  for (const [file, text] of Object.entries(MADE)) expect(await world.github.file("main", file)).toBe(text);
  expect(await world.github.file("main", "README.md")).toMatch(README);
}
