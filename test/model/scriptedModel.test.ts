import { afterEach, expect, test } from "vitest";
import { startScriptedModel } from "./startScriptedModel.ts";
import type { ScriptedModel } from "./startScriptedModel.ts";
import { tokensOf } from "./tokens.ts";

const SHELL = { type: "object", properties: { command: { type: "string" } }, required: ["command"] };

const FORMS = [
  {
    form: "anthropic",
    path: () => "/v1/messages",
    body: (stream: boolean) => ({ model: "m", stream, messages: [], tools: [{ name: "Bash", input_schema: SHELL }] }),
    marks: [`"output_tokens":${tokensOf(1).output}`, '"name":"Bash"'],
  },
  {
    form: "openai_responses",
    path: () => "/v1/responses",
    body: (stream: boolean) => ({
      model: "m",
      stream,
      input: "go",
      tools: [{ type: "function", name: "shell", parameters: SHELL }],
    }),
    marks: [`"output_tokens":${tokensOf(1).output}`, `"reasoning_tokens":${tokensOf(1).reasoning}`, '"name":"shell"'],
  },
  {
    form: "openai_chat",
    path: () => "/v1/chat/completions",
    body: (stream: boolean) => ({
      model: "m",
      stream,
      messages: [],
      tools: [{ type: "function", function: { name: "bash", parameters: SHELL } }],
    }),
    marks: [`"prompt_tokens":${tokensOf(1).input}`, `"cached_tokens":${tokensOf(1).cacheRead}`, '"name":"bash"'],
  },
  {
    form: "gemini",
    path: (stream: boolean) => `/v1beta/models/m:${stream ? "streamGenerateContent?alt=sse" : "generateContent"}`,
    body: () => ({
      contents: [],
      tools: [{ functionDeclarations: [{ name: "run_shell_command", parametersJsonSchema: SHELL }] }],
    }),
    marks: [`"promptTokenCount":${tokensOf(1).input}`, `"thoughtsTokenCount":${tokensOf(1).reasoning}`],
  },
] as const;

const open: ScriptedModel[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map(async (model) => model.close()));
});

async function start(...given: Parameters<typeof startScriptedModel>): Promise<ScriptedModel> {
  const model = await startScriptedModel(...given);
  open.push(model);
  return model;
}

async function ask(model: ScriptedModel, { path, body }: (typeof FORMS)[number], stream: boolean): Promise<Response> {
  return fetch(`${model.origin}${path(stream)}`, { method: "POST", body: JSON.stringify(body(stream)) });
}

for (const form of FORMS) {
  for (const stream of [true, false]) {
    const how = stream ? "streamed" : "whole";

    test(`${form.form}, ${how}: says what the script says, with the agent's own tool, and counts it`, async () => {
      const model = await start([
        { say: "A rather long sentence in pieces.", tools: [{ kind: "shell", command: "ls" }] },
      ]);
      const text = await (await ask(model, form, stream)).text();
      for (const mark of form.marks) expect(text).toContain(mark);
      expect(model.counted()).toMatchObject({ answers: 1, input: tokensOf(1).input, output: tokensOf(1).output });
      expect(model.requests[0]).toMatchObject({ form: form.form, model: "m", stream, isWork: true, isWhole: true });
    });

    test(`${form.form}, ${how}: fails on demand, then answers`, async () => {
      const fault = { kind: "status", status: 429, retryAfterSeconds: 3, times: 2 } as const;
      const model = await start([{ say: "At last.", fault }]);
      const refused = await ask(model, form, stream);
      expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "3"]);
      expect((await ask(model, form, stream)).status).toBe(429);
      const answered = await ask(model, form, stream);
      await answered.text();
      expect([answered.status, model.counted().answers]).toEqual([200, 1]);
    });

    test(`${form.form}, ${how}: breaks off on demand, and counts nothing`, async () => {
      const model = await start([{ say: "This will not come to its end.", fault: { kind: "cut", afterEvents: 1 } }]);
      await expect(ask(model, form, stream).then(async (answer) => answer.text())).rejects.toThrow(
        /terminated|other side closed|fetch failed/,
      );
      expect(model.counted()).toMatchObject({ answers: 0, output: 0 });
    });
  }
}

test("lets in nobody without the key", async () => {
  const model = await start([], { key: "right" });
  expect((await ask(model, FORMS[0], false)).status).toBe(401);
});

test("talks without end until nobody listens", async () => {
  const model = await start([{ endless: true }]);
  const answer = await ask(model, FORMS[2], true);
  const reader = answer.body?.getReader();
  for (let read = 0; read < 20; read++) expect((await reader?.read())?.done).toBe(false);
  await reader?.cancel();
  expect(model.counted().answers).toBe(0);
});
