import { TASK_SIZES } from "../domain/strategy/attemptSize.ts";
import { ALIASES, CATEGORIES, UNKNOWN_RULES } from "../domain/strategy/categories.ts";
import type { CategoryRules } from "../domain/strategy/strategy.ts";

/** The page on strategies, as Markdown; its tables are the rules themselves. */
export function generateStrategyDocs(): string {
  return [INTRODUCTION, categoryTable(), AFTER_CATEGORIES, sizeTable(), REST].join("\n\n").concat("\n");
}

function categoryTable(): string {
  const rows: readonly (readonly [string, CategoryRules])[] = [
    ...Object.entries(CATEGORIES).map(([name, rules]) => [`\`${name}\``, rules] as const),
    ["any other", UNKNOWN_RULES],
  ];
  return [
    "| category | CI | attempts Builder/Auditor | tokens | unaudited? | audit | complexity | findings | Builder mode | task |",
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ...rows.map(([name, rules]) => `| ${[name, ...cells(rules)].join(" | ")} |`),
  ].join("\n");
}

function cells(rules: CategoryRules): readonly string[] {
  return [
    rules.ciProfile,
    `${rules.attempts.builder}/${rules.attempts.auditor}`,
    rules.tokens.toLocaleString("en"),
    rules.mayLandUnaudited ? "yes" : "no",
    rules.auditorProfile === null ? "–" : `\`${rules.auditorProfile}\``,
    rules.complexity,
    rules.findingSeverity,
    `\`${rules.builderMode}\``,
    rules.taskType,
  ];
}

function sizeTable(): string {
  const rows = Object.entries(TASK_SIZES).map(([type, { turns, seconds }]) => `| ${type} | ${turns} | ${seconds} |`);
  return ["| task | turns | seconds |", "| --- | --- | --- |", ...rows].join("\n");
}

const INTRODUCTION = `# Strategy

<!-- Written by \`npm run docs\` from src/. Do not edit. -->

A phase's category says how careful Autopack is with it: which checks run, how often an agent may try, what it may use, and
whether an Auditor has to agree. All of it together is the run's _strategy_: compiled once, when the run is planned, kept
with the run under its hash, and never changed under it. See what a plan would come to before you label anything:

\`\`\`sh
npx autopack strategy explain --plan plan.yml     # or tasks.md, or the text of an issue
npx autopack strategy explain --issue 42          # read from GitHub, with the App's credentials
npx autopack strategy explain --json              # without a plan: the strategy alone
\`\`\`

It reads \`.github/autopack.yml\` in the repository you are in, needs no database, starts nothing, and exits with 1 and the lines of
what is wrong when something is. Its waves follow from what the plan declares; a run also knows what earlier ones have touched.

For a plan it also shows [how ready each phase is](waves.md#ready-to-be-built), which phases are kept apart and by what, and which
look alike enough to be one phase, or the same work written twice. A run follows the plan as it is all the same, unless
\`plan.min_readiness\` asks for readier phases.

## Categories`;

const AFTER_CATEGORIES = `${aliasSentence()}

A phase without a category is \`general\`, which is none of these: it is treated strictly, and so is every name that nobody
knows. Take care to name what is harmless; forgetting it costs time, never safety.

A category is checked against the change. A \`docs\` phase that edits a migration becomes a \`schema_contract_change\`, one that
touches login code a \`security_auth_change\`; vendored code, new dependencies, indexes and routing tables, and more than 20 files
raise it, too. What the change shows can make a phase stricter, and never less strict. The strict profile runs the commands
of \`ci.strict\` after those of \`ci.normal\`.

Every phase is audited unless the configuration says \`audit: { required: by_category }\`; then those with “yes” under
_unaudited?_ land without.

## What an attempt may take`;

const REST = `Turns and seconds of a Builder come from the task of the category; of an Auditor from \`audit\`, of an investigator from
\`custom\`. They are multiplied by the mean of two factors: instructions of 1000, 2000 or 5000 characters count 1.2, 1.4 or 1.6, and
5, 10 or 20 criteria (or entries of lists) 1.15, 1.3 or 1.5. The result lies between 5 and 200 turns, and between 60 and 7200
seconds. \`agents.<role>.limits\` overrules the table.

## Budgets

| level | caps, unless \`budgets\` says otherwise |
| --- | --- |
| attempt | the table above |
| phase | the category's tokens, over all attempts |
| tier | tokens 3 × those of its phases, a CI run for each attempt and each audit that the table allows its phases (at least 2 a phase), minor findings 2 × its phases |
| run | 5,000,000 tokens, 7200 seconds of agents and commands, minor findings 3 × its phases, 25 phases |
| issue | 3 × the tokens and seconds of a run, over all runs of the issue |
| day | none; a repository's, in UTC |

A cap of a phase or an attempt only lowers what the tables say; one of a tier, run or issue takes the place of the usual one. At
a cap the run waits for a person, or fails where \`budgets.on_exhausted\` is \`fail\`. An investigator has 200,000 tokens of its own
for a phase.

## Safety profiles

| | \`normal\` | \`safety_critical\` |
| --- | --- | --- |
| audits | as configured | every phase |
| approvals by people | as configured | at least 2 |
| minor findings a tier may carry | 2 × its phases | 1 × its phases |
| a finding is due for cleaning up after | 3 runs and 2 tiers | 2 runs and 1 tier |

## Who decides

The tables, then the safety profile, then the repository's configuration, then the operator's policy; who comes later wins. The
policy is a [file on the server](configuration.md#the-operators-policy) and sets ceilings: a configuration that asks for more gets
the ceiling, and \`explain\` shows what was lowered. Two things are refused rather than lowered: switching audits off where the
operator requires them, and a second meaning for a built-in name.

\`\`\`yaml
# .github/autopack.yml
audit: { required: by_category }
strategy:
  max_parallel: 2
  categories:
    docs: { tokens: 100000 }
    tuning: { ci: normal, task_type: refactoring } # one of your own: whatever it leaves out is strict
  aliases: { wording: docs }
budgets:
  run: { cost_usd: 10 }
\`\`\`

## \`explain --json\`

One document. \`format\` is 1, and counts up when a key goes or changes its meaning; new keys may come. A _sourced_ value is
\`{ value, from, wanted? }\` with \`from\` one of \`table\`, \`profile\`, \`config\`, \`policy\`, \`plan\`, and \`wanted\` what it would have been
without a cap.

| key | holds |
| --- | --- |
| \`hash\` | SHA-256 of the compiled strategy, as a run would store it |
| \`profile\`, \`max_parallel\`, \`max_phases\`, \`approvals\`, \`audit_every_phase\`, \`on_exhausted\`, \`min_readiness\` | sourced |
| \`minor_findings_per_phase\`, \`ageing\`, \`investigator\` | sourced values by name |
| \`auditor\` | whether there is one |
| \`categories\` | by name, \`*\` for any other: \`ci_profile\`, \`attempts\`, \`tokens\`, \`may_land_unaudited\`, \`auditor_profile\`, \`complexity\`, \`finding_severity\`, \`builder_mode\`, \`task_type\`, all sourced |
| \`aliases\` | category by name |
| \`budgets\` | by level and measure, sourced; what follows from the plan is below |
| \`phases[]\` | \`ordinal\`, \`title\`, \`tier\`, \`wave\`, \`depends_on\`; \`category\` (\`asked\`, \`counted\`, \`known_as\`: \`table\`, \`config\`, \`alias\` or \`unknown\`); the category's rules, sourced; \`audit\`: the profile, or null; \`readiness\`: \`points\` of 100, \`ready\` (from 70), \`missing\` in words; \`builder\` and \`auditor\`: \`attempts\`, \`turns\`, \`seconds\`, sourced; \`budget\` |
| \`tiers[]\` | \`ordinal\`, \`title\`, \`phases\`, \`budget\` |
| \`waves[]\` | \`number\`, \`tier\`, \`phases\` |
| \`apart[]\` | what keeps phases of a tier apart that do not wait for each other. \`why: undeclared\`: the one of \`phases\` may touch anything, \`touches\` is empty. \`why: same_path\`: the two of \`phases\` may not share a path; \`touches\` has \`phase\`, \`operation\`, \`path\` of each. Phases in different waves that are not here lack room, or wait behind one that is |
| \`groups[]\` | phases that may do better as one: \`id\`, the same for the same titles; \`phases\`, two or more; \`score\`, how alike they are, from 0.6 to 1 |
| \`duplicates[]\` | pairs that look like the same work, with the same keys; \`score\` above 0.85 |
| \`run\` | \`budget\` |

When something is wrong: \`{ kind: "invalid", what, problems: [{ path, line, column, message }] }\`.`;

function aliasSentence(): string {
  const names = Object.entries(ALIASES).map(([name, category]) => `\`${name}\` for \`${category}\``);
  return `Other names: ${names.join(", ")}. \`strategy.aliases\` adds more.`;
}
