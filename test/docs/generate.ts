import { writeFile } from "node:fs/promises";
import { format } from "prettier";
import { generateCommandDocs } from "../../src/commands/generateCommandDocs.ts";
import { generateConfigDocs } from "../../src/config/generateConfigDocs.ts";
import { generateStrategyDocs } from "../../src/config/generateStrategyDocs.ts";

const WIDTH = 120;

/** A page of the documentation that is written from the code. */
export interface Page {
  readonly file: URL;
  readonly name: string;
  readonly text: string;
}

/** The generated pages, formatted as `npm run check` wants them. */
export async function pages(): Promise<readonly Page[]> {
  const sources = {
    "commands.md": generateCommandDocs(),
    "configuration.md": generateConfigDocs(),
    "strategy.md": generateStrategyDocs(),
  };
  return Promise.all(
    Object.entries(sources).map(async ([name, source]) => ({
      name: `docs/${name}`,
      file: new URL(`../../docs/${name}`, import.meta.url),
      text: await format(source, { parser: "markdown", printWidth: WIDTH }),
    })),
  );
}

if (import.meta.main) {
  for (const { file, name, text } of await pages()) {
    await writeFile(file, text);
    console.log(name);
  }
}
