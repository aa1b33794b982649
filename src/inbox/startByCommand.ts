import type { CommandOf } from "../commands/specs.ts";
import { NO_WISHES } from "../domain/wishes.ts";
import type { Wishes } from "../domain/wishes.ts";
import { refuse, refused, replyIn } from "./reply.ts";
import type { Means } from "./reply.ts";
import { startRun } from "./startRun.ts";

type StartCommand = CommandOf<"run"> | CommandOf<"debt">;

/** Starts a run of the issue that the command stands on, in the form that it asks for. */
export async function startByCommand(command: StartCommand, means: Means): Promise<void> {
  const { turn, deps } = means;
  const { repository, number: issueNumber, issue, login } = turn.asking;
  if (issue === null) return refuse(command, "there is no issue here to start a run of", means);
  if (!issue.isOpen) return refuse(command, "the issue is closed", means);
  const { title, body, labels } = issue;
  const request = { issueNumber, title, body, requester: login, wishes: wishesOf(command) };
  await deps.store.knex.transaction(async (tx) => {
    const start = await startRun(tx, { repository, request, labels }, deps);
    switch (start.kind) {
      case "started":
        return replyIn(tx, { kind: "started", runId: start.runId }, means);
      case "refused":
        return replyIn(tx, refused(command, start.why, turn), means);
      case "done":
        // Of two such commands in one comment the first has counted.
        return replyIn(tx, refused(command, "this comment has started a run already", turn), means);
    }
  });
}

function wishesOf(command: StartCommand): Wishes {
  if (command.name === "debt") return { ...NO_WISHES, form: "debt" };
  return {
    form: command["dry-run"] ? "dry_run" : "change",
    strict: command.profile === "strict",
    base: command.base,
    agent: command.agent,
  };
}
