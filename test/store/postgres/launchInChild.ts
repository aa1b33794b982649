import { startEmbedded, type EmbeddedOptions } from "../../../src/store/postgres/startEmbedded.ts";

/** The launcher as a process of its own: prints one JSON line, then ends, or stays until killed. */
const [options = "{}", then] = process.argv.slice(2);
const { url, attached, place } = await startEmbedded(JSON.parse(options) as EmbeddedOptions);
console.log(JSON.stringify({ url, attached, place }));
if (then === "stay") process.stdin.resume();
