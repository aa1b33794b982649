import type { JobDeps } from "../../src/jobs/handler.ts";
import type { LogWriter } from "../../src/ports/artifacts.ts";
import type { Forge } from "../../src/ports/forge.ts";
import type { Git } from "../../src/ports/git.ts";
import type { Store } from "../../src/store/store.ts";

/** Told after each effect; the job goes on when it has settled. */
export type OnEffect = (name: string) => void | Promise<void>;

/** What of the ports changes something that outlives the process. The rest only looks. */
const GIT_EFFECTS = ["fetch", "checkout", "commit", "push", "deleteBranch"] as const satisfies readonly (keyof Git)[];

const FORGE_EFFECTS = [
  "createComment",
  "updateComment",
  "react",
  "addLabels",
  "removeLabel",
  "createPull",
  "updatePull",
  "createCheck",
  "updateCheck",
  "mergePull",
  "replyToReview",
] as const satisfies readonly (keyof Forge)[];

/**
 * The same ports, with a place to stop after every effect of a job: the fault points of the crash tests, without a trace of
 * them in the code that is tested.
 */
export function interruptible(deps: JobDeps, onEffect: OnEffect): JobDeps {
  const { agent, artifacts, forges, sandbox } = deps;
  return {
    ...deps,
    git: watched(deps.git, GIT_EFFECTS, async ({ method }) => onEffect(`git.${method}`)),
    forges: {
      botLogin: forges.botLogin,
      installationOf: forges.installationOf,
      of: async (repository) =>
        watched(await forges.of(repository), FORGE_EFFECTS, async (call) => onEffect(forgeEffect(call))),
    },
    agent: {
      async run(task, watch) {
        const started: Promise<void>[] = [];
        const onStart = (): void => {
          watch.onStart?.();
          started.push(Promise.resolve(onEffect(`agent.start ${task.role}`)));
        };
        const outcome = await agent.run(task, { ...watch, onStart });
        await Promise.all(started);
        await onEffect(`agent.end ${task.role}`);
        return outcome;
      },
    },
    sandbox: { ...sandbox, run: after(sandbox.run.bind(sandbox), async () => onEffect("sandbox.run")) },
    artifacts: {
      ...watched(artifacts, ["putText", "putBytes"], async ({ method }) => onEffect(`artifacts.${method}`)),
      openLog: async (attempt) => watchedLog(await artifacts.openLog(attempt), onEffect),
    },
    async advance(runId, event) {
      const run = await deps.advance(runId, event);
      await onEffect(`advance ${event.kind}`);
      return run;
    },
    async enqueue(tx, intent) {
      await deps.enqueue(tx, intent);
      await onEffect(`enqueue ${intent.kind}`);
    },
    async receive(delivery) {
      await deps.receive(delivery);
      await onEffect(`receive ${eventName(delivery)}`);
    },
  };
}

function forgeEffect({ method, args }: Call): string {
  const check = args.find((arg) => typeof arg === "object" && arg !== null && "externalId" in arg);
  return check !== undefined && "name" in check ? `forge.${method} ${String(check.name)}` : `forge.${method}`;
}

function eventName({ event, payload }: { readonly event: string; readonly payload: unknown }): string {
  const named = typeof payload === "object" && payload !== null && "action" in payload;
  return named ? `${event}.${String(payload.action)}` : event;
}

/** Tables that jobs write straight to: notes of what GitHub shows, and webhooks that are done with. */
const NOTED = /^(?:insert into|update|delete from) "(publications|answers|deliveries)"/;

/** A publication's target, but for the SHA in it. */
const TARGET = /^(?:comment|pull|label:.+|(?:check:\w+|merge)(?=:))/;

interface Query {
  readonly sql: string;
  readonly bindings: readonly unknown[];
  /** Of a statement in a transaction, which is no effect before the transaction commits. */
  readonly __knexTxId?: string;
}

/**
 * The effects that pass by the ports: single statements outside a transaction, and the queue's record of how a job ended.
 *
 * To be called once for a store. The job does not wait for `onEffect` here.
 */
export function watchStore({ knex, boss }: Store, onEffect: (name: string) => void): void {
  knex.on("query-response", (_: unknown, query: Query) => {
    const table = NOTED.exec(query.sql)?.[1];
    if (table !== undefined && query.__knexTxId === undefined) onEffect(noteEffect(table, query));
  });
  const queue = boss.getDb();
  const executeSql = queue.executeSql.bind(queue);
  queue.executeSql = async (text, values) => {
    const answer = await executeSql(text, values);
    const [kind] = values ?? [];
    if (typeof kind !== "string") return answer;
    if (/set completed_on = \S*job_now/i.test(text)) onEffect(`job.end ${kind}`);
    if (text.includes("retried_jobs")) onEffect(`job.fail ${kind}`);
    return answer;
  };
}

function noteEffect(table: string, { sql, bindings }: Query): string {
  if (table !== "publications") return `note ${table}`;
  const target = bindings.map((binding) => TARGET.exec(String(binding))?.[0]).find((name) => name !== undefined);
  // Only a write that is known to have ended has a digest to be inserted.
  return `note ${sql.startsWith('insert into "publications" ("digest"') ? "done" : "begun"} ${target ?? "?"}`;
}

interface Call<Method extends string = string> {
  readonly method: Method;
  readonly args: readonly unknown[];
}

/** `port` with those methods followed by `then`. Methods keep their `this`: ports may be classes. */
function watched<Port extends object, Method extends keyof Port & string>(
  port: Port,
  methods: readonly Method[],
  then: (call: Call<Method>) => Promise<void>,
): Port {
  return new Proxy(port, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      const method = methods.find((one) => one === name);
      const bound = value.bind(target) as (...args: readonly unknown[]) => Promise<unknown>;
      return method === undefined ? bound : after(bound, async (args) => then({ method, args }));
    },
  });
}

function after<Args extends readonly unknown[], Result>(
  work: (...args: Args) => Promise<Result>,
  then: (args: Args) => Promise<void>,
): (...args: Args) => Promise<Result> {
  return async (...args) => {
    const result = await work(...args);
    await then(args);
    return result;
  };
}

function watchedLog(log: LogWriter, onEffect: OnEffect): LogWriter {
  return {
    write: (chunk) => log.write(chunk),
    close: after(log.close.bind(log), async () => onEffect("artifacts.log")),
  };
}
