import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CLI_BACKENDS } from "../../../src/adapters/agents/cliBackends.ts";
import { readLines } from "./readStream.ts";

const FOLDER = join(import.meta.dirname, "streams");
const LINES = readdirSync(FOLDER).flatMap((name) => readFileSync(join(FOLDER, name), "utf8").trimEnd().split("\n"));

/** A line as it is, cut, with junk in it, with any of its values replaced by another; or no line of theirs at all. */
const line = fc.oneof(
  fc.constantFrom(...LINES),
  fc.tuple(fc.constantFrom(...LINES), fc.nat(3000)).map(([text, at]) => text.slice(0, at)),
  fc
    .tuple(fc.constantFrom(...LINES), fc.nat(3000), fc.string())
    .map(([text, at, junk]) => text.slice(0, at) + junk + text.slice(at)),
  fc
    .tuple(fc.constantFrom(...LINES), fc.nat(40), fc.jsonValue())
    .map(([text, at, value]) => withValue(text, at, value)),
  fc.json(),
  fc.string({ unit: "binary" }),
  fc.nat(20_000).map((length) => "x".repeat(length)),
);

function withValue(text: string, at: number, value: unknown): string {
  if (!text.startsWith("{")) return text;
  let seen = 0;
  return JSON.stringify(JSON.parse(text), (_key, each: unknown) => (seen++ === at ? value : each)) ?? "";
}

describe.each(Object.values(CLI_BACKENDS))("the reader of $backend", (backend) => {
  it("bears whatever comes, in events of the form they should have", () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), (lines) => {
        const { events, end } = readLines(
          backend,
          lines.flatMap((each) => each.split("\n")),
        );

        for (const event of events) {
          if (event.kind === "notice") expect(event.text.length).toBeLessThanOrEqual(2000);
          if (event.kind === "tool_call")
            expect([event.id, event.name, event.input].map((each) => typeof each)).toEqual([
              "string",
              "string",
              "string",
            ]);
        }
        const turns = events.flatMap((event) => (event.kind === "turn" ? [event.number] : []));
        expect(turns).toEqual(turns.map((_, index) => index + 1));
        if (end.isComplete) expect(end.error).toBeNull();
        for (const count of Object.values(end.reported ?? {})) expect(count).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 300 },
    );
  });
});
