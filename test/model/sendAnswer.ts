import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { setImmediate as nextTurn, setTimeout as delay } from "node:timers/promises";
import type { Fault } from "./script.ts";
import type { WireAnswer, WireForm } from "./wireForm.ts";

export interface Sending {
  readonly form: WireForm;
  readonly answer: WireAnswer;
  readonly stream: boolean;
  readonly fault: Fault | null;
}

/** Sends an answer, with its fault. Tells whether all of it was sent. */
export async function sendAnswer(outgoing: ServerResponse, sending: Sending): Promise<boolean> {
  const { form, answer, stream, fault } = sending;
  if (fault?.kind === "junk") return sendJunk(outgoing, stream);
  if (stream) return sendEvents(outgoing, sending);
  const text = JSON.stringify(form.whole(answer));
  outgoing.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
  if (fault?.kind === "slow") await delay(fault.eventMs);
  if (fault?.kind === "cut") return breakOff(outgoing, text.slice(0, text.length / 2));
  outgoing.end(text);
  return true;
}

async function sendEvents(outgoing: ServerResponse, { form, answer, fault }: Sending): Promise<boolean> {
  outgoing.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
  let sent = 0;
  for (const event of form.events(answer)) {
    if (outgoing.destroyed) return false;
    if (fault?.kind === "cut" && sent >= fault.afterEvents) return breakOff(outgoing, event.slice(0, event.length / 2));
    if (fault?.kind === "slow") await delay(fault.eventMs);
    if (!outgoing.write(event)) await Promise.race([once(outgoing, "drain"), once(outgoing, "close")]);
    await nextTurn();
    sent++;
  }
  outgoing.end();
  return true;
}

function sendJunk(outgoing: ServerResponse, stream: boolean): boolean {
  outgoing.writeHead(200, { "content-type": stream ? "text/event-stream" : "application/json" });
  outgoing.end(Buffer.from("<html>\u0000this is no answer of a model\n\ndata: {{{\n\n\u00ff\u00fe", "latin1"));
  return false;
}

async function breakOff(outgoing: ServerResponse, last: string): Promise<false> {
  outgoing.write(last);
  await delay(20);
  outgoing.destroy();
  return false;
}
