import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { buffer } from "node:stream/consumers";
import { anthropicForm } from "./anthropicForm.ts";
import { answerTo } from "./answerTo.ts";
import { chatForm } from "./chatForm.ts";
import { geminiForm } from "./geminiForm.ts";
import { responsesForm } from "./responsesForm.ts";
import { turnFor } from "./script.ts";
import type { Fault, Script, Scripts, Turn } from "./script.ts";
import { sendAnswer } from "./sendAnswer.ts";
import { NO_TOKENS, addTokens, tokensOf } from "./tokens.ts";
import type { Tokens } from "./tokens.ts";
import type { WireForm } from "./wireForm.ts";

/** One request, and what became of it. */
export interface ModelRequest {
  readonly form: WireForm["name"];
  readonly kind: "answer" | "count";
  readonly model: string;
  readonly stream: boolean;
  /** Of the agent's work, not what agents ask beside it: their tools were offered. */
  readonly isWork: boolean;
  readonly text: string;
  /** As it came: key, whichever header it was in. */
  readonly key: string;
  status: number;
  /** What the answer said that it used. Nothing unless `isWhole`. */
  tokens: Tokens;
  /** All of the answer was sent. */
  isWhole: boolean;
}

export interface ScriptedModel {
  /** Without a path: `http://127.0.0.1:4711`. */
  readonly origin: string;
  readonly requests: readonly ModelRequest[];
  /** All that whole answers said that they used. */
  counted(): Tokens & { readonly answers: number };
  /** Replaces the script. */
  follow(scripts: Scripts | Script): void;
  close(): Promise<void>;
}

export interface ScriptedModelOptions {
  /** The only key that is let in. Absent: any. */
  readonly key?: string;
  readonly port?: number;
}

const FORMS: readonly { readonly path: RegExp; readonly form: WireForm; readonly kind: ModelRequest["kind"] }[] = [
  { path: /\/messages$/, form: anthropicForm, kind: "answer" },
  { path: /\/messages\/count_tokens$/, form: anthropicForm, kind: "count" },
  { path: /\/responses$/, form: responsesForm, kind: "answer" },
  { path: /\/chat\/completions$/, form: chatForm, kind: "answer" },
  { path: /:(generateContent|streamGenerateContent)$/, form: geminiForm, kind: "answer" },
  { path: /:countTokens$/, form: geminiForm, kind: "count" },
];

/**
 * A model that does what a script says, in the wire forms of Anthropic, OpenAI and Gemini, and counts exactly what it says
 * that it used. Which turn is next is read from the conversation itself, so repeated and parallel requests do no harm.
 */
export async function startScriptedModel(
  script: Scripts | Script,
  options: ScriptedModelOptions = {},
): Promise<ScriptedModel> {
  const requests: ModelRequest[] = [];
  const faulted = new Map<Fault, number>();
  let scripts = toScripts(script);
  let answers = 0;

  const server = createServer((incoming, outgoing) => {
    handle(incoming, outgoing).catch((error: unknown) => {
      if (!outgoing.headersSent) outgoing.writeHead(500, { "content-type": "application/json" });
      outgoing.end(JSON.stringify({ error: { type: "scripted_model", message: String(error) } }));
    });
  });

  async function handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { pathname } = new URL(incoming.url ?? "/", "http://model");
    const body = (await buffer(incoming)).toString("utf8");
    const route = FORMS.find(({ path }) => path.test(pathname));
    if (route === undefined) return sendJson(outgoing, pathname.endsWith("/models") ? models(scripts) : notFound);
    const { form, kind } = route;
    const asked = form.read(kind === "count" ? countBody(JSON.parse(body)) : JSON.parse(body), pathname);
    const question = { ...asked, tools: asked.tools.map(({ name }) => name) };
    const request: ModelRequest = {
      form: form.name,
      kind,
      model: asked.model,
      stream: asked.stream,
      isWork: asked.tools.length > 0,
      text: asked.text,
      key: keyOf(incoming),
      status: 200,
      tokens: NO_TOKENS,
      isWhole: false,
    };
    requests.push(request);
    const refuse = (status: number, message: string, headers: Record<string, string> = {}): void => {
      request.status = status;
      outgoing.writeHead(status, { "content-type": "application/json", ...headers });
      outgoing.end(JSON.stringify(form.error(status, message)));
    };
    if (options.key !== undefined && request.key !== options.key) return refuse(401, "invalid x-api-key");
    if (kind === "count") return sendJson(outgoing, { status: 200, body: { input_tokens: 1234, totalTokens: 1234 } });
    const turn: Turn = request.isWork ? turnFor(scripts, question) : {};
    const fault = nextFault(turn);
    if (fault?.kind === "status") {
      const { retryAfterSeconds: seconds } = fault;
      return refuse(fault.status, "scripted failure", seconds === undefined ? {} : { "retry-after": String(seconds) });
    }
    const number = ++answers;
    const tokens = form.tokens(tokensOf(number));
    const answer = answerTo(asked, { turn, number, tokens });
    request.isWhole = await sendAnswer(outgoing, { form, answer, stream: asked.stream, fault });
    if (request.isWhole) request.tokens = tokens;
  }

  function nextFault({ fault }: Turn): Fault | null {
    if (fault === undefined) return null;
    const seen = faulted.get(fault) ?? 0;
    faulted.set(fault, seen + 1);
    return seen < (fault.times ?? 1) ? fault : null;
  }

  server.listen(options.port ?? 0, "127.0.0.1");
  await once(server, "listening");
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    counted() {
      const whole = requests.filter(({ isWhole }) => isWhole);
      const sum = whole.reduce<Tokens>((total, { tokens }) => addTokens(total, tokens), NO_TOKENS);
      return { ...sum, answers: whole.length };
    },
    follow: (next) => void (scripts = toScripts(next)),
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function toScripts(script: Scripts | Script): Scripts {
  if (Array.isArray(script) || typeof script === "function") return { "*": script as Script };
  return script as Scripts;
}

/** Requests that count tokens may leave out what those that ask must have. */
function countBody(body: unknown): unknown {
  const given = body as { generateContentRequest?: object };
  return { contents: [], messages: [], ...given, ...given.generateContentRequest };
}

const notFound = { status: 404, body: { error: { type: "not_found_error", message: "no such path" } } };

function models(scripts: Scripts): typeof notFound | { status: number; body: object } {
  const ids = Object.keys(scripts).filter((name) => name !== "*");
  const data = ids.map((id) => ({ id, object: "model", type: "model", display_name: id, created: 1_700_000_000 }));
  return { status: 200, body: { object: "list", data, models: ids.map((id) => ({ name: `models/${id}` })) } };
}

function sendJson(
  outgoing: ServerResponse,
  { status, body }: { readonly status: number; readonly body: object },
): void {
  outgoing.writeHead(status, { "content-type": "application/json" });
  outgoing.end(JSON.stringify(body));
}

function keyOf({ headers, url }: IncomingMessage): string {
  const bearer = /^Bearer (.*)$/.exec(headers.authorization ?? "")?.[1];
  const direct = headers["x-api-key"] ?? headers["x-goog-api-key"] ?? headers["api-key"];
  return String(direct ?? bearer ?? new URL(url ?? "/", "http://model").searchParams.get("key") ?? "");
}
