import { once } from "node:events";
import { stat } from "node:fs/promises";
import { connect } from "node:net";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FORMS } from "./forms.ts";
import { gatewayWorld, KEY, SONNET } from "./gatewayWorld.ts";
import { json } from "./upstream.ts";

const MESSAGE = { model: "claude-sonnet-4-5", max_tokens: 10, messages: [{ role: "user", content: "hi" }] };

describe("who asks", () => {
  test.each([
    ["no key", {}],
    ["the real key", { "x-api-key": KEY }],
    ["a longer key", { "x-api-key": "autopack-000000000000000000000000000000000" }],
    ["another scheme", { authorization: "Basic abc" }],
  ])("with %s is refused, and nobody is asked", async (_, headers) => {
    const world = await gatewayWorld();
    const shown = { "x-api-key": "", ...headers };
    expect(await world.post("/v1/messages", MESSAGE, shown)).toMatchObject({ status: 401 });
    expect(await world.get("/v1/models", shown)).toMatchObject({ status: 401 });
    expect(world.upstream.asked).toEqual([]);
  });

  test("may show the key in each form's own way", async () => {
    const world = await gatewayWorld();
    const { key } = world.gateway;
    const ways = [{ "x-api-key": key }, { authorization: `bearer ${key}` }, { "x-goog-api-key": key }];
    for (const way of ways)
      expect(await world.get("/v1/models", { "x-api-key": "", ...way })).toMatchObject({ status: 200 });
    expect(await world.get(`/v1beta/models?key=${key}`, { "x-api-key": "" })).toMatchObject({ status: 200 });
  });

  test("must be the owner of the socket", async () => {
    const { gateway } = await gatewayWorld();
    expect((await stat(gateway.socketPath)).mode & 0o777).toBe(0o600);
    await gateway.close();
    await gateway.close();
    await expect(stat(gateway.socketPath)).rejects.toThrow("ENOENT");
  });
});

describe("what is asked", () => {
  test.each([
    ["POST", "/v1/messages/batches"],
    ["POST", "/v1/files"],
    ["POST", "/v1/embeddings"],
    ["POST", "/v1/responses/../files"],
    ["POST", "//v1/messages"],
    ["POST", "/v1beta/models/gemini-2.5-pro:batchGenerateContent"],
    ["POST", "/v1beta/models/..%2f..%2fx:generateContent"],
    ["GET", "/v1/messages"],
    ["GET", "/"],
  ])("%s %s is not allowed, and what is allowed is said", async (method, path) => {
    const world = await gatewayWorld();
    const answer = await (method === "GET" ? world.get(path) : world.post(path, MESSAGE));
    expect([403, 404]).toContain(answer.status);
    expect(answer.text).toContain("llowed: ");
    expect(world.upstream.asked).toEqual([]);
  });

  test("another model is not allowed, in the words of the form", async () => {
    const world = await gatewayWorld({ models: [SONNET] });
    const message = "The model gpt-5 is not allowed here. Allowed: anthropic/claude-sonnet-4-5.";
    const answers = [
      await world.post("/v1/messages", { ...MESSAGE, model: "gpt-5" }),
      await world.post("/v1/responses", { model: "gpt-5" }),
      await world.post("/v1beta/models/gpt-5:generateContent", {}),
    ];
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403]);
    expect(answers.map(({ text }) => JSON.parse(text) as unknown)).toEqual([
      { type: "error", error: { type: "permission_error", message } },
      { error: { message, type: "invalid_request_error", param: null, code: "model_not_allowed" } },
      { error: { code: 403, message, status: "PERMISSION_DENIED" } },
    ]);
    expect(world.upstream.asked).toEqual([]);
  });

  test("a model of the list in another form is none", async () => {
    const world = await gatewayWorld();
    expect(await world.post("/v1/chat/completions", MESSAGE)).toMatchObject({ status: 403 });
  });

  test("the list of models is the attempt's own, in each form", async () => {
    const world = await gatewayWorld();
    const openai = JSON.parse((await world.get("/v1/models")).text) as object;
    const anthropic = JSON.parse((await world.get("/v1/models", { "anthropic-version": "2023-06-01" })).text) as object;
    const gemini = JSON.parse((await world.get("/v1beta/models")).text) as object;
    expect(openai).toMatchObject({ object: "list", data: [{ id: "gpt-5" }] });
    expect(anthropic).toMatchObject({ data: [{ id: "claude-sonnet-4-5", type: "model" }], has_more: false });
    expect(gemini).toMatchObject({ models: [{ name: "models/gemini-2.5-pro" }] });
  });

  test("of a key that is there twice, the provider reads what was judged", async () => {
    const world = await gatewayWorld();
    world.upstream.answers(json({ type: "message", usage: { input_tokens: 1, output_tokens: 1 } }));
    const text = '{"model":"claude-opus-4-1","model":"claude-sonnet-4-5","max_tokens":5,"messages":[]}';
    expect(await world.post("/v1/messages", text)).toMatchObject({ status: 200 });
    expect(world.upstream.asked[0]?.body).toEqual({ model: "claude-sonnet-4-5", max_tokens: 5, messages: [] });
  });
});

describe("a way out of the sandbox", () => {
  test("tools that the provider runs are taken out, the agent's own stay", async () => {
    const world = await gatewayWorld();
    world.upstream.answers(json({}));
    await world.post("/v1/messages", {
      ...MESSAGE,
      tools: [
        { name: "edit", input_schema: {} },
        { type: "web_fetch_20250910", name: "web_fetch" },
        { type: "bash_20250124", name: "bash" },
      ],
      mcp_servers: [{ type: "url", url: "https://evil.example", name: "x" }],
    });
    await world.post("/v1/responses", {
      model: "gpt-5",
      input: "hi",
      background: true,
      service_tier: "priority",
      tools: [
        { type: "web_search" },
        { type: "mcp", server_url: "https://evil.example" },
        { type: "function", name: "edit" },
      ],
    });
    await world.post("/v1beta/models/gemini-2.5-pro:generateContent", {
      contents: [],
      tools: [{ googleSearch: {} }, { functionDeclarations: [], urlContext: {} }],
    });
    await world.post("/v1/chat/completions", {
      model: "gpt-5",
      messages: [],
      tools: [{ type: "web_search" }],
      tool_choice: "auto",
    });
    expect(world.upstream.asked.map(({ body }) => body)).toEqual([
      {
        ...MESSAGE,
        tools: [
          { name: "edit", input_schema: {} },
          { type: "bash_20250124", name: "bash" },
        ],
      },
      { model: "gpt-5", input: "hi", tools: [{ type: "function", name: "edit" }] },
      { contents: [], tools: [{ functionDeclarations: [] }] },
      { model: "gpt-5", messages: [] },
    ]);
  });

  test.each([
    [
      "/v1/messages",
      {
        ...MESSAGE,
        messages: [
          { role: "user", content: [{ type: "image", source: { type: "url", url: "https://evil.example/?q" } }] },
        ],
      },
    ],
    [
      "/v1/responses",
      {
        model: "gpt-5",
        input: [{ role: "user", content: [{ type: "input_image", image_url: "https://evil.example/?q" }] }],
      },
    ],
    [
      "/v1/responses",
      {
        model: "gpt-5",
        input: [{ role: "user", content: [{ type: "input_file", file_url: "https://evil.example/?q" }] }],
      },
    ],
    [
      "/v1/chat/completions",
      {
        model: "gpt-5",
        messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: "https://evil.example/?q" } }] }],
      },
    ],
    [
      "/v1beta/models/gemini-2.5-pro:generateContent",
      { contents: [{ parts: [{ fileData: { fileUri: "https://evil.example/?q" } }] }] },
    ],
  ])("an address in a request to %s that the provider would fetch is refused", async (path, body) => {
    const world = await gatewayWorld();
    const answer = await world.post(path, body);
    expect(answer).toMatchObject({ status: 400 });
    expect(answer.text).toContain("https://evil.example");
    expect(world.upstream.asked).toEqual([]);
  });

  test("what a tool was called with, and pictures by their content, are no such address", async () => {
    const world = await gatewayWorld();
    world.upstream.answers(json({}));
    const content = [
      {
        type: "tool_use",
        id: "t",
        name: "fetch",
        input: { type: "url", url: "https://a.example", image_url: "https://a.example" },
      },
      { type: "image", source: { type: "base64", data: "AAAA" } },
      { type: "text", text: "see https://a.example" },
    ];
    expect(await world.post("/v1/messages", { ...MESSAGE, messages: [{ role: "assistant", content }] })).toMatchObject({
      status: 200,
    });
  });
});

describe("junk", () => {
  test("is refused in the form's own words", async () => {
    const world = await gatewayWorld();
    for (const body of [
      "",
      "{",
      "[]",
      "null",
      '"x"',
      "7",
      '{"model":7}',
      '{"model":""}',
      '{"stream":true}',
      "\u0000",
      '{"model":"claude-sonnet-4-5","stream":"yes"}',
    ]) {
      expect(await world.post("/v1/messages", body)).toMatchObject({ status: 400 });
    }
    const deep = `{"model":"claude-sonnet-4-5","messages":${"[".repeat(50_000)}${"]".repeat(50_000)}}`;
    expect((await world.post("/v1/messages", deep)).status).toBeGreaterThanOrEqual(400);
    const large = { ...MESSAGE, messages: "x".repeat(33 * 1024 * 1024) };
    expect(await world.post("/v1/messages", large)).toMatchObject({ status: 413 });
    expect(await world.post("/v1/messages", MESSAGE, { "content-encoding": "zstd" })).toMatchObject({ status: 400 });
    expect(world.upstream.asked).toEqual([]);
  });

  test("of any kind, to any path, leaves the gateway standing", async () => {
    const world = await gatewayWorld();
    world.upstream.answers(json({ anything: true }));
    const paths = [...Object.values(FORMS).map(({ path }) => path), "/v1/messages/count_tokens", "/x"];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), fc.json({ maxDepth: 4 }), async (path, text) => {
        expect((await world.post(path, text)).status).toBeGreaterThan(0);
      }),
      { numRuns: 60 },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...paths),
        fc.dictionary(
          fc.constantFrom(
            "messages",
            "tools",
            "input",
            "contents",
            "thinking",
            "max_tokens",
            "stream_options",
            "generationConfig",
          ),
          fc.jsonValue(),
        ),
        async (path, body) => {
          expect(
            (await world.post(path, { model: path.includes("messages") ? "claude-sonnet-4-5" : "gpt-5", ...body }))
              .status,
          ).toBeGreaterThan(0);
        },
      ),
      { numRuns: 60 },
    );
    expect(world.calls.every(({ inputTokens, outputTokens }) => inputTokens >= 0 && outputTokens >= 0)).toBe(true);
  });

  test("answered by the provider is passed on and estimated", async () => {
    const world = await gatewayWorld();
    world.upstream.answers((response) =>
      response
        .writeHead(200, { "content-type": "text/event-stream" })
        .end("data: {{{\n\ndata: 7\n\n\n\n:x\r\n\r\ndata"),
    );
    expect(await world.post("/v1/messages", { ...MESSAGE, stream: true })).toMatchObject({
      status: 200,
      isBroken: false,
    });
    world.upstream.answers((response) => response.writeHead(200).end("\u0000junk"));
    expect(await world.post("/v1/messages", MESSAGE)).toMatchObject({ status: 200, text: "\u0000junk" });
    expect(world.calls).toMatchObject([{ isEstimated: true }, { isEstimated: true }]);
  });

  test("that is no HTTP at all ends its connection only", async () => {
    const world = await gatewayWorld();
    const socket = connect(world.gateway.socketPath);
    socket.end("\u0000\u0001 nonsense\r\n\r\n");
    socket.resume();
    await once(socket, "close");
    expect(await world.get("/v1/models")).toMatchObject({ status: 200 });
  });
});
