import { commandOfButton } from "../commands/buttons.ts";
import type { Command } from "../commands/parseCommands.ts";
import { mayUse } from "../commands/mayUse.ts";
import { specs } from "../commands/specs.ts";
import { GATES } from "../domain/gate.ts";
import type { Sha } from "../domain/ids.ts";
import type { Run } from "../domain/run.ts";
import type { Steering } from "../domain/steering.ts";
import { steerRun } from "../engine/steerRun.ts";
import { isAnswered } from "../store/answers.ts";
import { findCommitCheck } from "../store/commitChecks.ts";
import { runOfHead } from "../store/runOfHead.ts";
import { getRun } from "../store/runs.ts";
import { askingOn } from "./checkRunAction.ts";
import { concludeAgain, showAgain } from "./concludeAgain.ts";
import type { InboxDeps } from "./deps.ts";
import { isOwnApp } from "./isOwnApp.ts";
import { isPerson } from "./isPerson.ts";
import { answerId } from "./owe.ts";
import { checkSuiteAsked, repositoryOf } from "./payloads.ts";
import { refuse, reply } from "./reply.ts";
import type { Means } from "./reply.ts";

/** "Re-run all checks": the gates of a run's head are run again; what was concluded without one is concluded again. */
export async function checkSuiteRerequested(raw: unknown, deps: InboxDeps): Promise<void> {
  const payload = checkSuiteAsked.parse(raw);
  const { head_sha: sha, head_branch: branch, app, pull_requests: pulls } = payload.check_suite;
  if (!(await isOwnApp(app, deps)) || !(await isPerson(payload.sender, deps))) return;
  const repository = repositoryOf(payload);
  const db = deps.store.knex;
  const runId = await runOfHead(db, { repositoryId: repository.id, sha });
  if (runId !== null) {
    const run = await getRun(db, runId);
    await runAllAgain(run, sha, { turn: { asking: askingOn(run, repository, payload.sender.login), index: 0 }, deps });
    return showAgain(runId, sha, deps);
  }
  if ((await findCommitCheck(db, { repositoryId: repository.id, sha, name: "promotion" })) === null) return;
  return concludeAgain({ repository, sha, branch: branch ?? null, pulls }, deps);
}

/** One answer for all of the gates: a refusal only where none of them can be run again. */
async function runAllAgain(run: Run, sha: Sha, means: Means): Promise<void> {
  const { turn, deps } = means;
  if (await isAnswered(deps.store.knex, answerId(deps.deliveryId, turn.index))) return;
  const command = commandOfButton("rerun_ci", sha);
  if (command === null || command.kind === "unknown") return;
  const objection = await objectionTo(command, means);
  if (objection !== null) return refuse(command, objection, means);
  const outcomes: Steering[] = [];
  // The Auditor comes last: an audit of the whole is a phase, after which the head is verified in any case.
  for (const gate of GATES) {
    await steerRun(deps.store, run.id, {
      command: { kind: "rerun", by: turn.asking.login, gate, profile: null },
      heard: async (_, steering) => void outcomes.push(steering),
    });
  }
  const [first] = outcomes.flatMap((steering) => (steering.kind === "refused" ? [steering.why] : []));
  if (first !== undefined && outcomes.every(({ kind }) => kind === "refused")) return refuse(command, first, means);
  return reply({ kind: "accepted", runId: run.id }, means);
}

/** Permission, asked of GitHub now. Null when there is nothing to say against it. */
async function objectionTo(command: Command, { turn, deps }: Means): Promise<string | null> {
  const { login, repository, run } = turn.asking;
  const use = mayUse(specs[command.name], {
    role: await deps.forge.roleOf(login),
    isRequester: run?.request.requester === login,
    isBot: false,
    repositoryIsPrivate: repository.isPrivate,
  });
  return use.allowed ? null : `it needs ${use.needs}`;
}
