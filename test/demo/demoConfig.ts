import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { z } from "zod";
import type { RealAgent } from "./demoAgents.ts";
import { DEMO_CAP_USD, demoQuote } from "./demoQuote.ts";

export const CONFIG_PATH = ".github/autopack.yml";

/** A real agent thinks for minutes, and may err more often than a scripted one. */
const LIMITS = { attempts: 3, seconds: 900 };

/** The project's configuration with a real agent in place of the scripted one, and a cap on what it may spend. */
export async function demoConfig(project: string, agent: RealAgent): Promise<string> {
  const config = z.looseObject({}).parse(parse(await readFile(join(project, CONFIG_PATH), "utf8")));
  const { backend, models } = agent;
  const budgets = demoQuote(agent).costUsd === null ? {} : { budgets: { run: { cost_usd: DEMO_CAP_USD } } };
  return stringify({
    ...config,
    agents: {
      builder: { backend, model: models.builder, limits: LIMITS },
      auditor: { backend, model: models.auditor, limits: { seconds: LIMITS.seconds } },
    },
    ...budgets,
  });
}
