import { readFile } from "node:fs/promises";
import { execa } from "execa";

/** A file is one concept: past this it holds more than one (CONTRIBUTING.md). */
const MAX_LINES = 400;

const { stdout } = await execa("git", [
  "ls-files",
  "--cached",
  "--others",
  "--exclude-standard",
  "--",
  "*.ts",
  "*.tsx",
  "*.js",
]);
const sizes = await Promise.all(
  stdout
    .split("\n")
    .filter((path) => path !== "")
    .map(async (path) => ({ path, lines: (await readFile(path, "utf8").catch(() => "")).split("\n").length - 1 })),
);
const tooLong = sizes.filter(({ lines }) => lines > MAX_LINES);
for (const { path, lines } of tooLong)
  console.error(`${path} has ${lines} lines; ${MAX_LINES} are allowed: it holds more than one concept`);
if (tooLong.length > 0) process.exitCode = 1;
else console.log(`${sizes.length} files, none over ${MAX_LINES} lines`);
