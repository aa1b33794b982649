import { styleText } from "node:util";
import { Listr } from "listr2";
import type { ListrTask } from "listr2";
import { cutText } from "../../src/domain/plainText.ts";
import type { Progress, Step, StepGroup, Tone } from "./progress.ts";

/** More notes than a step ever makes; the list would keep the newest. */
const MAX_NOTES = 50;

/** Columns that signs and indentation take up, also within a group. */
const MARGIN = 8;

/**
 * Tasks that are drawn again and again until they are done, for a terminal. Colours follow NO_COLOR.
 *
 * What is done stays above: a list of everything would be higher than many a terminal, and nothing above its top can be drawn.
 */
export function liveProgress(): Progress {
  return {
    async step({ work, ...step }) {
      const values: Awaited<ReturnType<typeof work>>[] = [];
      await draw({ ...step, work: async (line) => void values.push(await work(line)) });
      const [value] = values;
      // There is one, unless `work` threw, and then so did `draw`.
      return value as Awaited<ReturnType<typeof work>>;
    },
    async inTurn(list) {
      for (const each of list) await draw(each);
    },
  };
}

async function draw(each: Step | StepGroup): Promise<void> {
  await new Listr("steps" in each ? groupTask(each) : stepTask(each), {
    // Signals are the demo's own business: it has to clean up.
    registerSignalListeners: false,
    rendererOptions: { collapseErrors: false, collapseSubtasks: false },
  }).run();
}

function stepTask({ title, work }: Step): ListrTask {
  return {
    title,
    rendererOptions: { persistentOutput: true, outputBar: MAX_NOTES },
    async task(_, task) {
      let outcome = title;
      await work({
        now: (text) => void (task.title = text === "" ? title : `${title}\n${dimmed(text)}`),
        note: (text, tone = "plain") => void (task.output = inTone(text, tone)),
        done: (text) => void (outcome = text),
      });
      task.title = outcome;
    },
  };
}

function groupTask({ title, steps, outcome }: StepGroup): ListrTask {
  return {
    title,
    task: (_, task) => {
      let left = steps.length;
      const counted = steps.map((step): Step => ({
        ...step,
        async work(line) {
          await step.work(line);
          left -= 1;
          if (left === 0) task.title = outcome();
        },
      }));
      return task.newListr(counted.map(stepTask), { concurrent: true });
    },
  };
}

/** On a line of its own, never longer than that. */
function dimmed(text: string): string {
  return styleText("dim", cutText(text, (process.stdout.columns ?? 80) - MARGIN));
}

function inTone(text: string, tone: Tone): string {
  switch (tone) {
    case "plain":
      return text;
    case "good":
      return styleText("green", text);
    case "warning":
      return styleText("yellow", text);
    case "bad":
      return styleText("red", text);
  }
}
