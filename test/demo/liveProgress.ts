import { styleText } from "node:util";
import { Listr } from "listr2";
import { cutText } from "../../src/domain/plainText.ts";
import type { Progress, Step, Tone } from "./progress.ts";

/** More notes than a step ever makes; the list would keep the newest. */
const MAX_NOTES = 50;

/** A list of tasks that is drawn again and again, for a terminal. Colours follow NO_COLOR. */
export function liveProgress(): Progress {
  return {
    async step({ work, ...step }) {
      const values: Awaited<ReturnType<typeof work>>[] = [];
      await draw([{ ...step, work: async (line) => void values.push(await work(line)) }]);
      const [value] = values;
      // There is one, unless `work` threw, and then so did `draw`.
      return value as Awaited<ReturnType<typeof work>>;
    },
    steps: draw,
  };
}

async function draw(list: readonly Step[]): Promise<void> {
  const tasks = list.map((step) => toTask(step));
  await new Listr(tasks, {
    // Signals are the demo's own business: it has to clean up.
    registerSignalListeners: false,
    rendererOptions: { collapseErrors: false, collapseSubtasks: false },
  }).run();
}

function toTask({ title, work }: Step) {
  return {
    title,
    rendererOptions: { persistentOutput: true, outputBar: MAX_NOTES },
    task: async (_: unknown, task: { title: string | undefined; output: string | undefined }): Promise<void> => {
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

/** On a line of its own, never longer than that. */
function dimmed(text: string): string {
  return styleText("dim", cutText(text, (process.stdout.columns ?? 80) - 6));
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
