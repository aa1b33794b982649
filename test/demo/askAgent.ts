import { confirm, isCancel, note } from "@clack/prompts";
import type { RealAgent } from "./demoAgents.ts";
import { quoteLines } from "./demoQuote.ts";

/** Shows what it would cost and asks. No is the answer of who just presses return. */
export async function askAgent(agent: RealAgent): Promise<"real" | "scripted" | "stop"> {
  note(quoteLines(agent).join("\n"), `${agent.keyVariable} is set`);
  const answer = await confirm({
    message: "Use this real agent, at your expense? Otherwise a scripted one plays, for free.",
    initialValue: false,
  });
  if (isCancel(answer)) return "stop";
  return answer ? "real" : "scripted";
}
