#!/usr/bin/env node
// Plain JavaScript, so that a Node too old for the rest still gets this far and can say so.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);

if (major < 22 || (major === 22 && minor < 12)) {
  process.stderr.write(
    `autopack: Node ${process.versions.node} is too old; 22.12 or newer is needed.\n` +
      "`npm ci` brings Node 24: start it as `npx autopack …`, or through `npm start`.\n",
  );
  process.exit(1);
} else if (process.features.typescript === false || process.features.typescript === undefined) {
  // Before 22.18, running TypeScript is behind a flag, and before 22.13 so is SQLite.
  const again = [
    "--experimental-strip-types",
    "--no-warnings",
    fileURLToPath(import.meta.url),
    ...process.argv.slice(2),
  ];
  const child = spawn(process.execPath, again, { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => process.exit(signal === null ? (code ?? 1) : 1));
} else {
  const { main } = await import("./program.ts");
  await main(process.argv);
}
