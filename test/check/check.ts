import { execa } from "execa";
import { availableParallelism } from "node:os";

/**
 * Everything that is checked before a commit: `npm run check`. `--fix` mends what can be mended by a program.
 *
 * The checks run side by side; what a failing one printed is shown at the end.
 */
interface Check {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly fix?: readonly [string, ...string[]];
  readonly remedy: string;
}

const checks: readonly Check[] = [
  { name: "types", command: ["tsc", "-p", "."], remedy: "the compiler's messages say where" },
  {
    name: "format",
    command: ["prettier", "--check", "--cache", "--log-level", "warn", "."],
    fix: ["prettier", "--write", "--log-level", "warn", "."],
    remedy: "npm run check -- --fix",
  },
  {
    name: "lint",
    command: ["oxlint"],
    fix: ["oxlint", "--fix"],
    remedy: "mend the cause; `npm run check -- --fix` mends some",
  },
  {
    name: "rooms",
    command: ["depcruise", "src", "migrations", "test", "bench"],
    remedy: "docs/architecture.md has the rooms",
  },
  { name: "dead code", command: ["knip"], remedy: "delete it" },
  { name: "sizes", command: ["node", "test/check/sizes.ts"], remedy: "split it by concept" },
  {
    name: "schema and migrations",
    command: ["node", "test/check/schema.ts"],
    fix: ["node", "test/check/schema.ts", "--write"],
    remedy: "npm run check -- --fix writes fixtures/schema.sql; read the difference",
  },
];

const fixing = process.argv.includes("--fix");
const queue = [...checks];
const failures: string[] = [];

async function runNext(): Promise<void> {
  const check = queue.shift();
  if (check === undefined) return;
  await run(check);
  await runNext();
}

async function run({ name, command, fix, remedy }: Check): Promise<void> {
  const [program, ...args] = fixing && fix !== undefined ? fix : command;
  const startedAt = performance.now();
  const result = await execa(program, args, { preferLocal: true, reject: false, all: true, env: { FORCE_COLOR: "0" } });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const failed = result.exitCode !== 0;
  console.log(`${failed ? "✗" : "✓"} ${name} (${seconds} s)`);
  if (failed) failures.push(`── ${name}: ${remedy}\n${result.all}`);
}

await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, async () => runNext()));
for (const failure of failures) console.error(`\n${failure}`);
process.exitCode = failures.length === 0 ? 0 : 1;
