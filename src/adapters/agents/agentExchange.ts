import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { AgentTask } from "../../ports/agent.ts";
import { readResult } from "./readResult.ts";
import type { ResultReading } from "./readResult.ts";
import { removeTree } from "./removeTree.ts";

export const INSTRUCTIONS = "instructions.md";
export const CONTEXT = "context.json";
export const RESULT = "result.json";
/** The private home of agents that bring configuration of their own. */
export const HOME = "home";

/** The private folder of one attempt: instructions go in, the result comes out. */
export interface AgentExchange {
  readonly path: string;
  /** Makes the private home and writes files into it, named relative to it. */
  furnish(files: Readonly<Record<string, string>>): Promise<void>;
  result(): Promise<ResultReading>;
  dispose(): Promise<void>;
}

/** Makes the folder and writes what the task says. Nothing in it is believed once the agent has run. */
export async function openExchange(task: Pick<AgentTask, "instructions" | "context">): Promise<AgentExchange> {
  const path = await mkdtemp(join(tmpdir(), "autopack-exchange-"));
  await Promise.all([
    writeFile(join(path, INSTRUCTIONS), task.instructions),
    writeFile(join(path, CONTEXT), JSON.stringify(task.context, null, 2)),
  ]);
  return {
    path,
    furnish: async (files) => furnish(join(path, HOME), files),
    result: async () => readResult(join(path, RESULT)),
    dispose: async () => removeTree(path),
  };
}

async function furnish(home: string, files: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(home);
  for (const [name, text] of Object.entries(files)) {
    const file = join(home, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}
