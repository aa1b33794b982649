import type { Progress, Step, StepGroup } from "./progress.ts";

/** One line an event, for logs and pipes. `print` gets lines without their end. */
export function plainProgress(print: (line: string) => void): Progress {
  const startedAt = performance.now();

  function say(name: string, text: string): void {
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1).padStart(5);
    // What a step comes to may name it once more.
    const once = text.toLowerCase().startsWith(`${name.toLowerCase()}: `) ? text.slice(name.length + 2) : text;
    print(`[${seconds} s] ${name}: ${once}`);
  }

  async function take<Value>({ name, title, work }: Step<Value>): Promise<Value> {
    try {
      return await work({
        now: () => undefined,
        note: (text) => say(name, text),
        done: (text) => say(name, text),
      });
    } catch (error) {
      say(name, `FAILED: ${title}`);
      throw error;
    }
  }

  async function takeGroup({ name, title, steps, outcome }: StepGroup): Promise<void> {
    say(name, title);
    await Promise.all(steps.map(async (step) => take(step)));
    say(name, outcome());
  }

  return {
    step: take,
    async inTurn(list) {
      for (const each of list) await ("steps" in each ? takeGroup(each) : take(each));
    },
  };
}
