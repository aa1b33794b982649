import { commandOfButton } from "../commands/buttons.ts";
import { FOREIGN, readExternalId } from "../domain/externalId.ts";
import type { ExternalId } from "../domain/externalId.ts";
import type { Repository } from "../domain/repository.ts";
import type { Run } from "../domain/run.ts";
import { findRun } from "../store/runs.ts";
import type { Turn } from "./asking.ts";
import { concludeAgain, showAgain } from "./concludeAgain.ts";
import type { InboxDeps } from "./deps.ts";
import { isOwnApp } from "./isOwnApp.ts";
import { isPerson } from "./isPerson.ts";
import { obey } from "./obey.ts";
import { checkRunAsked, repositoryOf } from "./payloads.ts";
import type { CheckRunAsked } from "./payloads.ts";
import { refuse } from "./reply.ts";

/** A button of a check run is a command that somebody gives by pressing it, and is judged like one. */
export async function checkRunAction(raw: unknown, deps: InboxDeps): Promise<void> {
  const payload = checkRunAsked.parse(raw);
  const id = await ownId(payload, deps);
  if (id === null) return;
  const run = await runOf(id, payload, deps);
  if (run !== null) await give(payload.requested_action?.identifier ?? "", { payload, id, run }, deps);
}

/** "Re-run" on a check run: a gate is run again, what was concluded without one is concluded again. */
export async function checkRunRerequested(raw: unknown, deps: InboxDeps): Promise<void> {
  const payload = checkRunAsked.parse(raw);
  const id = await ownId(payload, deps);
  if (id === null) return;
  if (id.of === FOREIGN) {
    const { check_suite: suite, pull_requests: pulls } = payload.check_run;
    const branch = suite?.head_branch ?? null;
    return concludeAgain({ repository: repositoryOf(payload), sha: id.sha, branch, pulls }, deps);
  }
  const run = await runOf(id, payload, deps);
  if (run === null) return;
  switch (id.check) {
    case "promotion":
      return showAgain(run.id, id.sha, deps);
    case "preflight":
    case "ci":
    case "audit":
      return give(`rerun_${id.check}`, { payload, id, run }, deps);
    case "config":
      return give("retry", { payload, id, run }, deps);
  }
}

/** Null for a check run that is not Autopack's own, and for what no person has asked. */
async function ownId(payload: CheckRunAsked, deps: InboxDeps): Promise<ExternalId | null> {
  const { external_id: text, app, head_sha: sha } = payload.check_run;
  const id = readExternalId(text ?? "");
  if (id === null || id.sha !== sha) return null;
  return (await isOwnApp(app, deps)) && (await isPerson(payload.sender, deps)) ? id : null;
}

/** Null where there is no such run in the repository that the webhook is about. */
async function runOf({ of }: ExternalId, payload: CheckRunAsked, deps: InboxDeps): Promise<Run | null> {
  const run = of === FOREIGN ? null : await findRun(deps.store.knex, of);
  return run?.repository.id === payload.repository.id ? run : null;
}

interface Pressed {
  readonly payload: CheckRunAsked;
  readonly id: ExternalId;
  readonly run: Run;
}

/** A button is seen on one commit, and means that one: it is refused when the run has moved on. */
async function give(button: string, { payload, id, run }: Pressed, deps: InboxDeps): Promise<void> {
  const command = commandOfButton(button, id.sha);
  if (command === null) return;
  const turn: Turn = { asking: askingOn(run, repositoryOf(payload), payload.sender.login), index: 0 };
  const current = (id.check === "config" ? run.base?.sha : run.head) ?? null;
  if (current === id.sha || command.kind === "unknown") return obey(command, turn, deps);
  const now = current === null ? "the run has no commit now" : `the head is \`${current.slice(0, 7)}\` by now`;
  return refuse(command, `the button is on \`${id.sha.slice(0, 7)}\`, and ${now}`, { turn, deps });
}

/** There is no comment to react to: only what has to be said in words is said, on the pull request. */
export function askingOn(run: Run, repository: Repository, login: string): Turn["asking"] {
  const number = run.pull?.number ?? run.request.issueNumber;
  return { repository, place: "pull_request", number, issue: null, commentId: null, login, run };
}
