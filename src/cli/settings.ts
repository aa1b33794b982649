import { existsSync, readFileSync } from "node:fs";
import { pino } from "pino";
import type { Logger } from "pino";
import pretty from "pino-pretty";
import { parseEnvironment } from "../config/environment.ts";
import type { Environment } from "../config/environment.ts";

/** Reads `.env` (what is set already wins) and the environment. */
export function loadEnvironment(): Environment {
  if (existsSync(".env")) process.loadEnvFile(".env");
  return parseEnvironment(process.env, (path) => readFileSync(path, "utf8"));
}

/** One line an event on stdout, JSON in production. Values under names of secrets never get there. */
export function openLog({ logLevel, logFormat }: Pick<Environment, "logLevel" | "logFormat">): Logger {
  const redact = {
    paths: ["*.privateKey", "*.token", "*.password", "*.authorization", "*.headers.authorization"],
    censor: "[redacted]",
  };
  if (logFormat === "json") return pino({ level: logLevel, redact });
  return pino({ level: logLevel, redact }, pretty({ ignore: "pid,hostname", translateTime: "HH:MM:ss" }));
}
