import { GATES } from "../domain/gate.ts";
import type { GateName } from "../domain/gate.ts";
import { RULE_SETS } from "../domain/objection.ts";
import type { RuleSet } from "../domain/objection.ts";
import type { CommandSpec } from "./commandSpec.ts";
import { phaseArgument } from "./phaseArgument.ts";
import { reasonArgument } from "./reasonArgument.ts";

const NAMES = [...GATES, ...RULE_SETS] as const;

export const override: CommandSpec<
  "override",
  { readonly gate: GateName | RuleSet; readonly phase: number | null; readonly reason: string }
> = {
  name: "override",
  usage: '/autopack override <gate or rule set> [phase] reason="…"',
  summary:
    "Lets this very head pass a gate that is red, until the head moves; or accepts what a rule set objects to, for just that code. Both stay in the history.",
  who: "maintain",
  where: ["issue", "pull_request"],
  examples: [
    '/autopack override ci reason="the runner is out of disk, tests pass locally"',
    '/autopack override secrets phase=2 reason="a sample from the documentation, not a key"',
  ],
  args: {
    gate: {
      form: "positional",
      required: true,
      summary: "The gate to be passed, or the rule set whose objections are accepted.",
      expects: NAMES.map((name) => `\`${name}\``).join(", "),
      read: (text) => NAMES.find((name) => name === text.toLowerCase()) ?? null,
    },
    phase: phaseArgument(
      false,
      "The phase whose change the rule set objects to. Needed where it objects to several; the head has no number.",
    ),
    reason: reasonArgument(true, "Recorded with the decision."),
  },
};
