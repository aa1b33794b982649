import { describe, expect, test } from "vitest";
import { FORMS } from "./forms.ts";
import { gatewayWorld, GPT, SONNET } from "./gatewayWorld.ts";
import { json, sse, stream } from "./upstream.ts";

const MESSAGE = { model: "claude-sonnet-4-5", max_tokens: 5000, messages: [{ role: "user", content: "hi" }] };
const used = (input: number, output: number) =>
  json({ type: "message", usage: { input_tokens: input, output_tokens: output } });

describe("the next call is refused", () => {
  test.each([
    ["tokens", { tokens: 100 }, "100 tokens of 100 tokens (tokens)"],
    ["money", { cost_usd: 0.0004 }, "$0.0004 of $0.0004 (cost_usd)"],
    ["turns", { turns: 1 }, "1 turns of 1 turns (turns)"],
  ])("when its %s are used up, and the cap is named", async (_, grant, figures) => {
    const world = await gatewayWorld({ grant });
    world.upstream.answers(used(90, 10));
    expect(await world.post("/v1/messages", MESSAGE)).toMatchObject({ status: 200 });
    expect(world.gateway.trouble()).toBeNull();
    const answer = await world.post("/v1/messages", MESSAGE);
    expect(answer).toMatchObject({ status: 400, headers: { "x-should-retry": "false" } });
    expect(JSON.parse(answer.text)).toMatchObject({
      type: "error",
      error: { type: "billing_error", message: expect.stringContaining(figures) },
    });
    expect(world.upstream.asked).toHaveLength(1);
    expect(world.calls).toHaveLength(1);
    expect(world.gateway.trouble()).toMatchObject({ kind: "over_budget", message: expect.stringContaining(figures) });
  });

  test("when whoever keeps the books says so, in the words of each form", async () => {
    const world = await gatewayWorld();
    const message = "The budget of this run is used up.";
    world.refuses({ message });
    for (const { path, request } of Object.values(FORMS)) {
      const answer = await world.post(path, request);
      expect(answer).toMatchObject({ status: 400 });
      expect(answer.text).toContain(message);
    }
    expect(world.upstream.asked).toEqual([]);
    expect(world.gateway.trouble()).toEqual({ kind: "over_budget", message });
  });

  test("and calls side by side do not get past the turns together", async () => {
    const world = await gatewayWorld({ grant: { turns: 3 } });
    world.upstream.answers(used(1, 1));
    const answers = await Promise.all(Array.from({ length: 10 }, async () => world.post("/v1/messages", MESSAGE)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(3);
    expect(world.calls).toHaveLength(3);
  });
});

describe("output is limited to what is left", () => {
  test.each([
    ["/v1/messages", MESSAGE, { max_tokens: 1000 }],
    ["/v1/messages", { ...MESSAGE, max_tokens: 700 }, { max_tokens: 700 }],
    [
      "/v1/messages",
      { ...MESSAGE, thinking: { type: "enabled", budget_tokens: 4000 } },
      { max_tokens: 1000, thinking: { type: "disabled" } },
    ],
    ["/v1/responses", { model: "gpt-5", input: "hi" }, { max_output_tokens: 1000 }],
    ["/v1/chat/completions", { model: "gpt-5", messages: [] }, { max_completion_tokens: 1000 }],
    ["/v1/chat/completions", { model: "gpt-5", messages: [], max_tokens: 9000 }, { max_tokens: 1000 }],
    [
      "/v1beta/models/gemini-2.5-pro:generateContent",
      { contents: [], generationConfig: { temperature: 0, maxOutputTokens: 8000 } },
      { generationConfig: { temperature: 0, maxOutputTokens: 1000 } },
    ],
  ])("in a request to %s", async (path, body, wanted) => {
    const world = await gatewayWorld({ grant: { tokens: 1000 } });
    world.upstream.answers(json({}));
    await world.post(path, body);
    expect(world.upstream.asked[0]?.body).toEqual({ ...body, ...wanted });
  });

  test("and thinking to less, where there is room", async () => {
    const world = await gatewayWorld({ grant: { tokens: 3000 } });
    world.upstream.answers(json({}));
    await world.post("/v1/messages", { ...MESSAGE, thinking: { type: "enabled", budget_tokens: 4000 } });
    expect(world.upstream.asked[0]?.body).toMatchObject({
      max_tokens: 3000,
      thinking: { type: "enabled", budget_tokens: 2999 },
    });
  });

  test("and not where nothing caps it, or a model's own limit is not known", async () => {
    const free = await gatewayWorld();
    free.upstream.answers(json({}));
    await free.post("/v1/responses", { model: "gpt-5", input: "hi" });
    const capped = await gatewayWorld({ grant: { tokens: 500_000 } });
    capped.upstream.answers(json({}));
    await capped.post("/v1/responses", { model: "gpt-5", input: "hi" });
    expect([free, capped].map(({ upstream }) => upstream.asked[0]?.body)).toEqual([
      { model: "gpt-5", input: "hi" },
      { model: "gpt-5", input: "hi" },
    ]);
  });
});

describe("a stream is cut when it goes past the cap", () => {
  test("at the end of an event, with an error in the form's own shape", async () => {
    const world = await gatewayWorld({ grant: { tokens: 1000 } });
    const long = "x".repeat(400);
    const delta = { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: long } };
    const events = [
      { type: "message_start", message: { usage: { input_tokens: 700, output_tokens: 1 } } },
      ...Array.from({ length: 50 }, () => delta),
    ];
    const ended = Promise.withResolvers<void>();
    world.upstream.answers((response) => {
      response.on("close", () => ended.resolve());
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(sse(events));
    });
    const answer = await world.post("/v1/messages", { ...MESSAGE, stream: true });
    await ended.promise;
    expect(answer.isBroken).toBe(false);
    expect(answer.text.startsWith(sse(events.slice(0, 5)))).toBe(true);
    const error = answer.text.slice(sse(events.slice(0, 5)).length);
    expect(error).toMatch(
      /^event: error\ndata: \{"type":"error","error":\{"type":"billing_error","message":".*1,100 tokens of 1,000 tokens.*"\}\}\n\n$/,
    );
    expect(world.calls).toMatchObject([{ inputTokens: 700, outputTokens: 400, isEstimated: true, status: 200 }]);
    expect(world.gateway.trouble()).toMatchObject({ kind: "over_budget" });
    expect(await world.post("/v1/messages", MESSAGE)).toMatchObject({ status: 400 });
  });

  test.each(["openai_responses", "openai_chat", "gemini"])("of %s as well", async (form) => {
    const world = await gatewayWorld({ grant: { tokens: 100 } });
    const text = "x".repeat(1000);
    const event: Readonly<Record<string, object>> = {
      openai_responses: { type: "response.output_text.delta", delta: text },
      openai_chat: { choices: [{ delta: { content: text } }] },
      gemini: { candidates: [{ content: { parts: [{ text }] } }] },
    };
    const example = FORMS[form];
    const first = event[form];
    if (example === undefined || first === undefined) throw new Error(`no example of ${form}`);
    world.upstream.answers(stream([first, first, first]));
    const answer = await world.post(example.streamPath, example.streamRequest);
    expect(answer.text.startsWith(sse([first]))).toBe(true);
    const events = answer.text.slice(sse([first]).length);
    expect(events).toContain("The budget of this attempt is used up: 250 tokens of 100 tokens");
    expect(JSON.parse(/^data: (.*)$/m.exec(events)?.[1] ?? "")).toMatchObject(
      form === "openai_responses"
        ? { type: "response.failed", response: { status: "failed", error: { code: "budget_exceeded" } } }
        : { error: {} },
    );
    expect(world.calls).toMatchObject([{ outputTokens: 250, isEstimated: true }]);
  });

  test("but not for an estimate, when the provider's own count is within it", async () => {
    const world = await gatewayWorld({ grant: { tokens: 120 } });
    const delta = { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "x".repeat(400) } };
    const start = { type: "message_start", message: { usage: { input_tokens: 10, output_tokens: 1 } } };
    const end = { type: "message_delta", delta: {}, usage: { output_tokens: 60 } };
    world.upstream.answers(stream([start, delta, end, { type: "message_stop" }]));
    const answer = await world.post("/v1/messages", { ...MESSAGE, stream: true });
    expect(answer.text).toContain("message_stop");
    expect(world.calls).toMatchObject([{ outputTokens: 60, isEstimated: false }]);
    expect(world.gateway.trouble()).toBeNull();
  });
});

describe("a model without a price", () => {
  const models = [{ provider: "anthropic", model: "claude-unheard-of" }, SONNET] as const;

  test("is not used under a cap of money, unless the operator wants it", async () => {
    await expect(gatewayWorld({ models, grant: { cost_usd: 1 } })).rejects.toThrow(
      /claude-unheard-of has no price.*models\.prices.*models\.allow_unpriced/,
    );
    const world = await gatewayWorld({ models, grant: { cost_usd: 1 }, policy: { allow_unpriced: true } });
    world.upstream.answers(used(5, 5));
    await world.post("/v1/messages", { ...MESSAGE, model: "claude-unheard-of" });
    expect(world.calls).toMatchObject([{ costUsd: null }]);
  });

  test("has one where the operator gave it", async () => {
    const policy = { prices: { "anthropic/*": { input: 1, output: 2 }, "*": { input: 9, output: 9 } } };
    const world = await gatewayWorld({ models, grant: { cost_usd: 1 }, policy });
    world.upstream.answers(used(5, 5));
    await world.post("/v1/messages", { ...MESSAGE, model: "claude-unheard-of" });
    expect(world.calls).toMatchObject([{ costUsd: 0.000015 }]);
  });
});

describe("a gateway does not open", () => {
  test.each([
    [
      "for a provider that nobody has set up",
      { models: [{ provider: "azure", model: "gpt-5" }] as const },
      /no provider azure .*models\.providers/,
    ],
    [
      "for a model that the operator does not allow",
      { models: [GPT] as const, policy: { allow: ["anthropic/*"] } },
      /openai\/gpt-5 is not among.*anthropic\/\*.*models\.allow/,
    ],
    [
      "without a key",
      {
        models: [{ provider: "mine", model: "gpt-5" }] as const,
        policy: { providers: { mine: { api: "openai", base_url: "http://x.example/v1", key_env: "MINE_KEY" } } },
      },
      /mine has no key .*MINE_KEY/,
    ],
  ])("%s", async (_, wishes, message) => {
    await expect(gatewayWorld(wishes)).rejects.toThrow(message);
  });
});
