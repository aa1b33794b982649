import type { IncomingMessage, ServerResponse } from "node:http";
import type { AttemptId } from "../../domain/ids.ts";
import { sayReachedCap } from "../../domain/pricing/capReached.ts";
import { NO_TOKENS } from "../../domain/pricing/tokenCount.ts";
import { redact } from "../../domain/redact.ts";
import type { GatewayTrouble, ModelMeter } from "../../ports/gateway.ts";
import { askProviders } from "./askProviders.ts";
import type { Answer, Asking } from "./askProviders.ts";
import type { CallBooks } from "./callBooks.ts";
import { CallEntry } from "./callEntry.ts";
import { candidatesFor, nameOf } from "./candidates.ts";
import type { Candidate } from "./candidates.ts";
import { errorBody, errorEvent, errorStatus } from "./formError.ts";
import type { GatewayError } from "./formError.ts";
import type { Json } from "./jsonFields.ts";
import { fetchedAddress, prepareBody } from "./prepareBody.ts";
import { isEventStream, readWhole, relayStream, relayWhole } from "./relayAnswer.ts";
import { readRequestBody } from "./requestBody.ts";
import { answerHeaders } from "./upstreamRequest.ts";
import { usageReader } from "./usageReader.ts";
import type { Route, WireForm } from "./wireForm.ts";

/** What all calls of one attempt share. */
export interface AttemptAtGateway {
  readonly id: AttemptId;
  readonly candidates: readonly Candidate[];
  readonly books: CallBooks;
  readonly meter: ModelMeter;
  readonly asking: Asking;
  readonly keepsBodies: boolean;
  waitedMs(): number;
  trouble(): GatewayTrouble | null;
  /** Null: the last call went well. What was refused at a cap stays the trouble. */
  setTrouble(trouble: GatewayTrouble | null): void;
  /** A signal that ends with the attempt, for one call; `work` is waited for when the attempt ends. */
  during(work: (abort: AbortController) => Promise<void>): Promise<void>;
  abortAll(): void;
  /** Ends the calls that are under way, once they are recorded. */
  finish(): Promise<void>;
}

interface AgentCall {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly route: Extract<Route, { kind: "call" }>;
  readonly query: URLSearchParams;
}

/** A call that has been read and may be asked. */
interface ReadyCall extends AgentCall {
  readonly form: WireForm;
  readonly body: Json;
  readonly candidates: readonly Candidate[];
  readonly abort: AbortController;
}

/** Answers one call of the agent: reads it, asks the provider, and counts what passes by. */
export async function answerCall(call: AgentCall, attempt: AttemptAtGateway): Promise<void> {
  const { form } = call.route;
  const read = await readRequestBody(call.request);
  if (read.kind !== "body") {
    refuse(call, { kind: read.kind === "too_large" ? "size" : "request", message: read.message });
    return;
  }
  const model = call.route.model ?? read.model;
  if (model === null) {
    refuse(call, { kind: "request", message: "The request names no model." });
    return;
  }
  const candidates = candidatesFor(attempt.candidates, { form, model });
  if (candidates.length === 0) {
    const allowed = attempt.candidates.map(({ ref }) => nameOf(ref)).join(", ");
    refuse(call, {
      kind: "model",
      message: `The model ${model.slice(0, 200)} is not allowed here. Allowed: ${allowed}.`,
    });
    return;
  }
  const address = fetchedAddress(read.body);
  if (address !== null) {
    const message = `The provider would fetch ${address.slice(0, 200)}: send pictures and files by their content.`;
    refuse(call, { kind: "request", message });
    return;
  }
  await attempt.during(async (abort) => {
    call.response.once("close", () => abort.abort());
    const ready: ReadyCall = { ...call, form, body: read.body, candidates, abort };
    await (call.route.isCount ? countTokens(ready, attempt) : callModel(ready, attempt));
  });
}

/** Free at every provider, so nothing is recorded; but its waits count, and its key is ours. */
async function countTokens(call: ReadyCall, attempt: AttemptAtGateway): Promise<void> {
  const answer = await ask(call, attempt, call.body);
  if (answer.kind === "answered") await passOn(call, answer);
  else endUnanswered(call, attempt, answer);
}

async function callModel(call: ReadyCall, attempt: AttemptAtGateway): Promise<void> {
  const { books, meter } = attempt;
  const refusal = await meter.admit(books.used());
  const reached = books.reached();
  const message = reached === null ? refusal?.message : sayReachedCap(reached);
  if (message !== undefined) {
    attempt.setTrouble({ kind: "over_budget", message });
    refuse(call, { kind: "budget", message });
    return;
  }
  const tokensLeft = books.tokensLeft();
  const open = books.begin();
  const body = prepareBody(call.form, call.body, tokensLeft);
  const { number } = open;
  const entry = new CallEntry(attempt, { open, body });
  try {
    if (attempt.keepsBodies) await meter.keep({ number, direction: "request", text: JSON.stringify(body) });
    const answer = await ask(call, attempt, body);
    switch (answer.kind) {
      case "answered":
        await relay(call, attempt, { answer, entry, number });
        return;
      case "failed":
        await entry.record(answer, {
          status: errorStatus({ kind: "provider", message: "" }),
          tokens: NO_TOKENS,
          isEstimated: false,
        });
        break;
      case "aborted": {
        const tokens = answer.wasSent ? entry.withInput(NO_TOKENS) : NO_TOKENS;
        await entry.record(answer, { status: CLOSED_BY_AGENT, tokens, isEstimated: answer.wasSent });
      }
    }
    endUnanswered(call, attempt, answer);
  } finally {
    open.end(NO_TOKENS, null, false);
  }
}

/** As nginx has it: nobody was there any more to be answered. */
const CLOSED_BY_AGENT = 499;

async function ask(call: ReadyCall, attempt: AttemptAtGateway, body: Json): Promise<Answer> {
  const { form, route, query, request, candidates, abort } = call;
  const { headers } = request;
  const bodyFor = (ref: Candidate["ref"]): string =>
    JSON.stringify(form === "gemini" ? body : { ...body, model: ref.model });
  return askProviders(
    { form, path: route.path, query, headers, candidates, bodyFor, signal: abort.signal },
    attempt.asking,
  );
}

type Answered = Extract<Answer, { kind: "answered" }>;

async function relay(
  call: ReadyCall,
  attempt: AttemptAtGateway,
  { answer, entry, number }: { readonly answer: Answered; readonly entry: CallEntry; readonly number: number },
): Promise<void> {
  const { response, candidate } = answer;
  const status = response.statusCode;
  if (status >= 300) {
    await entry.record(answer, { status, tokens: NO_TOKENS, isEstimated: false });
    attempt.setTrouble({ kind: "bad_request", message: await passOn(call, answer) });
    return;
  }
  const reader = usageReader(call.form);
  const relayed = await (isEventStream(response) ? relayStream : relayWhole)({
    response,
    to: call.response,
    reader,
    keepsText: attempt.keepsBodies,
    onProgress(tokens) {
      entry.see(tokens, candidate);
      const passed = attempt.books.passed();
      if (passed === null) return null;
      const message = sayReachedCap(passed);
      attempt.setTrouble({ kind: "over_budget", message });
      return errorEvent(call.form, { kind: "budget", message });
    },
    async onEnd(text) {
      const isEstimated = !reader.isFinal();
      const tokens = isEstimated ? entry.withInput(reader.tokens()) : reader.tokens();
      await entry.record(answer, { status, tokens, isEstimated });
      if (attempt.keepsBodies) await attempt.meter.keep({ number, direction: "answer", text });
    },
  });
  if (relayed === "whole") attempt.setTrouble(null);
  if (relayed === "broken") {
    attempt.setTrouble({ kind: "connection", message: `The answer of ${nameOf(candidate.ref)} broke off.` });
  }
}

/** Passes a provider's answer on as it is, but for keys; gives what it says, for people. */
async function passOn({ response }: ReadyCall, { candidate, response: answer }: Answered): Promise<string> {
  const body = await readWhole(answer);
  const { key } = candidate.provider;
  const text = redact(body?.toString("utf8") ?? "", key === null ? [] : [key]);
  response.writeHead(answer.statusCode, answerHeaders(answer.headers));
  response.end(text);
  return `The model ${nameOf(candidate.ref)} refused a request (HTTP ${answer.statusCode}): ${text.slice(0, 500)}`;
}

function endUnanswered(call: ReadyCall, attempt: AttemptAtGateway, answer: Exclude<Answer, Answered>): void {
  if (answer.kind === "aborted") {
    call.response.destroy();
    return;
  }
  attempt.setTrouble(answer.trouble);
  refuse(call, {
    kind: "provider",
    message: `${answer.trouble.message} The gateway has tried again for as long as it may.`,
  });
}

function refuse({ response, route }: AgentCall, error: GatewayError): void {
  if (response.destroyed) return;
  response.writeHead(errorStatus(error), { "content-type": "application/json", "x-should-retry": "false" });
  response.end(errorBody(route.form, error));
}
