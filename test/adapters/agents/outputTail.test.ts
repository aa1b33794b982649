import { expect, it } from "vitest";
import { outputTail } from "../../../src/adapters/agents/outputTail.ts";

it("keeps at most 2000 characters and 20 lines from the end", () => {
  const tail = outputTail();
  for (let line = 0; line < 100_000; line += 1) tail.add(`line ${line}\r\n`);

  expect(tail.lines().split("\n")).toHaveLength(20);
  expect(tail.lines()).toMatch(/line 99999$/);

  tail.add("x".repeat(10_000));
  expect(tail.lines()).toBe("x".repeat(2000));
});

it("is empty for an output of nothing but space", () => {
  const tail = outputTail();
  tail.add("\n \n");

  expect(tail.lines()).toBe("");
});
