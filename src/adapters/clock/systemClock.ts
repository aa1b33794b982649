import { randomInt } from "node:crypto";
import type { Clock } from "../../ports/clock.ts";

const LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";

export const systemClock: Clock = {
  now: () => new Date(),
  randomName: (length) => Array.from({ length }, () => LETTERS[randomInt(LETTERS.length)]).join(""),
};
