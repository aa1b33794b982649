import type { Knex } from "knex";
import * as inbox from "./20261121090000_inbox.ts";
import * as runs from "./20261121090100_runs.ts";
import * as artifacts from "./20261121090200_artifacts.ts";
import * as publications from "./20261121090300_publications.ts";
import * as domain from "./20261121120000_domain.ts";
import * as impacts from "./20261121120100_impacts.ts";
import * as specs from "./20261121120200_specs.ts";
import * as ledger from "./20261121120300_ledger.ts";
import * as findings from "./20261121120400_findings.ts";
import * as liveness from "./20261121120500_liveness.ts";
import * as history from "./20261121120600_history.ts";
import * as payloads from "./20261121120700_payloads.ts";
import * as steering from "./20261121150000_steering.ts";
import * as checks from "./20261121150200_checks.ts";
import * as ci from "./20261121150300_ci.ts";
import * as forecasts from "./20261121150400_forecasts.ts";
import * as ground from "./20261121150500_ground.ts";
import * as reviews from "./20261121150600_reviews.ts";
import * as gaps from "./20261121150700_gaps.ts";
import * as governor from "./20261121150800_governor.ts";
import * as modelCalls from "./20261121180000_model_calls.ts";
import * as attemptEvents from "./20261121180100_attempt_events.ts";
import * as acceptedObjections from "./20261121180200_accepted_objections.ts";
import * as auditMeasures from "./20261121180300_audit_measures.ts";
import * as planner from "./20261121180400_planner.ts";

export interface Migration {
  readonly name: string;
  up(knex: Knex): Promise<void>;
  down(knex: Knex): Promise<void>;
}

/** Every migration, oldest first. Named here, not found on disk, so that the names are the same wherever the code runs. */
export const migrations: readonly Migration[] = [
  { name: "20261121090000_inbox", ...inbox },
  { name: "20261121090100_runs", ...runs },
  { name: "20261121090200_artifacts", ...artifacts },
  { name: "20261121090300_publications", ...publications },
  { name: "20261121120000_domain", ...domain },
  { name: "20261121120100_impacts", ...impacts },
  { name: "20261121120200_specs", ...specs },
  { name: "20261121120300_ledger", ...ledger },
  { name: "20261121120400_findings", ...findings },
  { name: "20261121120500_liveness", ...liveness },
  { name: "20261121120600_history", ...history },
  { name: "20261121120700_payloads", ...payloads },
  { name: "20261121150000_steering", ...steering },
  { name: "20261121150200_checks", ...checks },
  { name: "20261121150300_ci", ...ci },
  { name: "20261121150400_forecasts", ...forecasts },
  { name: "20261121150500_ground", ...ground },
  { name: "20261121150600_reviews", ...reviews },
  { name: "20261121150700_gaps", ...gaps },
  { name: "20261121150800_governor", ...governor },
  { name: "20261121180000_model_calls", ...modelCalls },
  { name: "20261121180100_attempt_events", ...attemptEvents },
  { name: "20261121180200_accepted_objections", ...acceptedObjections },
  { name: "20261121180300_audit_measures", ...auditMeasures },
  { name: "20261121180400_planner", ...planner },
];
