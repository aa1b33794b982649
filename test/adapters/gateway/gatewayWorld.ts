import { mkdtemp, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { modelGateway } from "../../../src/adapters/gateway/modelGateway.ts";
import { modelSettings, modelsSchema } from "../../../src/config/modelSettings.ts";
import type { AttemptId } from "../../../src/domain/ids.ts";
import type { ModelCall } from "../../../src/domain/pricing/modelCall.ts";
import type { CallRefusal, GatewayOrder, OpenGateway } from "../../../src/ports/gateway.ts";
import { startUpstream } from "./upstream.ts";
import type { Upstream } from "./upstream.ts";

export const KEY = "real-secret-key-0123456789";

export const SONNET = { provider: "anthropic", model: "claude-sonnet-4-5" } as const;
export const GPT = { provider: "openai", model: "gpt-5" } as const;
export const GEMINI = { provider: "gemini", model: "gemini-2.5-pro" } as const;

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  /** It broke off before its end. */
  readonly isBroken: boolean;
}

export interface GatewayWorld {
  readonly upstream: Upstream;
  readonly second: Upstream;
  readonly gateway: OpenGateway;
  readonly calls: ModelCall[];
  readonly kept: { readonly number: number; readonly direction: string; readonly text: string }[];
  readonly pauses: number[];
  readonly abort: AbortController;
  refuses(refusal: CallRefusal | null): void;
  post(path: string, body: object | string, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  /** Hangs up as soon as the first bytes of the answer are there. */
  hangUp(path: string, body: object): Promise<void>;
}

interface Wishes {
  readonly models?: GatewayOrder["models"];
  readonly grant?: GatewayOrder["grant"];
  /** The operator's `models`, beside providers `anthropic`, `openai`, `gemini` and `second`, an Anthropic. */
  readonly policy?: object;
  readonly api?: string;
}

/** A gateway in front of two providers, with a clock that pauses set forward. */
export async function gatewayWorld(wishes: Wishes = {}): Promise<GatewayWorld> {
  const [upstream, second] = [await startUpstream(), await startUpstream()];
  const folder = await mkdtemp(join(tmpdir(), "gw-"));
  const calls: ModelCall[] = [];
  const kept: GatewayWorld["kept"] = [];
  const pauses: number[] = [];
  const abort = new AbortController();
  let now = Date.parse("2026-01-01T00:00:00Z");
  let refusal: CallRefusal | null = null;
  const { api = "anthropic", policy = {} } = wishes;
  const models = modelsSchema.parse({
    providers: { second: { api, base_url: second.url, key_env: "SECOND_KEY" } },
    ...policy,
  });
  const settings = modelSettings(models, {
    ANTHROPIC_API_KEY: KEY,
    OPENAI_API_KEY: KEY,
    GEMINI_API_KEY: KEY,
    SECOND_KEY: `${KEY}-2`,
    ANTHROPIC_BASE_URL: upstream.url,
    OPENAI_BASE_URL: `${upstream.url}/v1`,
    GEMINI_BASE_URL: upstream.url,
  });
  const all = modelGateway({
    settings,
    clock: { now: () => new Date(now), randomName: () => "name" },
    pause: async (milliseconds) => {
      pauses.push(milliseconds);
      now += milliseconds;
    },
  });
  const gateway = await all.open({
    attemptId: "7-k3f9x2ab.1.1" as AttemptId,
    folder,
    models: wishes.models ?? [SONNET, GPT, GEMINI],
    grant: wishes.grant ?? {},
    signal: abort.signal,
    meter: {
      admit: async () => refusal,
      record: async (call) => void calls.push(call),
      keep: async (body) => void kept.push(body),
    },
  });
  onTestFinished(async () => {
    await gateway.close();
    await all.close();
    await Promise.all([upstream.close(), second.close()]);
    await rm(folder, { recursive: true });
  });
  const send = async (method: string, path: string, sent: Sent): Promise<Answer> =>
    ask({ socketPath: gateway.socketPath, method, path, headers: { "x-api-key": gateway.key, ...sent.headers } }, sent);
  return {
    upstream,
    second,
    gateway,
    calls,
    kept,
    pauses,
    abort,
    refuses: (next) => {
      refusal = next;
    },
    post: async (path, body, headers = {}) => send("POST", path, { body, headers }),
    get: async (path, headers = {}) => send("GET", path, { headers }),
    async hangUp(path, body) {
      await send("POST", path, { body, headers: {}, hangsUp: true });
    },
  };
}

interface Sent {
  readonly body?: object | string;
  readonly headers: Readonly<Record<string, string>>;
  readonly hangsUp?: boolean;
}

async function ask(options: object, { body, hangsUp = false }: Sent): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(options, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => {
        chunks.push(chunk);
        if (hangsUp) sent.destroy();
      });
      response.on("error", () => undefined);
      response.on("close", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(chunks).toString(),
          isBroken: !response.complete,
        }),
      );
    });
    sent.on("error", reject);
    sent.end(typeof body === "string" ? body : body === undefined ? undefined : JSON.stringify(body));
  });
}
