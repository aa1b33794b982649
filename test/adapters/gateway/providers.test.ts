import { expect, test } from "vitest";
import { upstreamHeaders, upstreamUrl } from "../../../src/adapters/gateway/upstreamRequest.ts";
import { modelSettings, modelsSchema } from "../../../src/config/modelSettings.ts";
import { gatewayWorld, KEY } from "./gatewayWorld.ts";
import { json } from "./upstream.ts";

function provider(given: object) {
  const models = modelsSchema.parse({ providers: { mine: { base_url: "https://x.example", ...given } } });
  const { mine } = modelSettings(models, { MY_KEY: "my-key-1" }).providers;
  if (mine === undefined) throw new Error("no provider");
  return mine;
}

const query = new URLSearchParams("beta=true&key=agents-own");

test.each([
  [
    "anthropic",
    "https://api.anthropic.com",
    "anthropic",
    "/v1/messages",
    "https://api.anthropic.com/v1/messages?beta=true",
  ],
  [
    "anthropic",
    "https://x.example/anthropic/v1/",
    "anthropic",
    "/v1/messages",
    "https://x.example/anthropic/v1/messages?beta=true",
  ],
  [
    "openai",
    "https://api.openai.com/v1",
    "openai_responses",
    "/v1/responses",
    "https://api.openai.com/v1/responses?beta=true",
  ],
  [
    "openai",
    "https://api.deepseek.com",
    "openai_chat",
    "/v1/chat/completions",
    "https://api.deepseek.com/chat/completions?beta=true",
  ],
  [
    "openai",
    "https://a.example/openai/deployments/{model}",
    "openai_chat",
    "/v1/chat/completions",
    "https://a.example/openai/deployments/m%2F1/chat/completions?beta=true",
  ],
  [
    "gemini",
    "https://g.example",
    "gemini",
    "/v1beta/models/asked:generateContent",
    "https://g.example/v1beta/models/m%2F1:generateContent?beta=true",
  ],
  [
    "gemini",
    "https://g.example/v1beta",
    "gemini",
    "/v1beta/models/asked:countTokens",
    "https://g.example/v1beta/models/m%2F1:countTokens?beta=true",
  ],
] as const)("%s at %s is asked where its SDKs ask", (...example) => {
  const [api, base, form, path, url] = example;
  expect(String(upstreamUrl(provider({ api, base_url: base }), { form, path, query, model: "m/1" }))).toBe(url);
});

test("a provider may want its key elsewhere, and more in its address", () => {
  const azure = provider({
    api: "openai",
    key_env: "MY_KEY",
    headers: { "Api-Key": "{key}", "x-team": "blue" },
    query: { "api-version": "1", beta: "false" },
  });
  const agent = {
    "user-agent": "cli/1",
    "x-api-key": "agents-own",
    "anthropic-version": "1",
    "anthropic-dangerous-direct-browser-access": "true",
  };
  expect(upstreamHeaders(azure, agent)).toEqual({
    "content-type": "application/json",
    "accept-encoding": "identity",
    "user-agent": "cli/1",
    "anthropic-version": "1",
    "api-key": "my-key-1",
    "x-team": "blue",
  });
  const url = upstreamUrl(azure, { form: "openai_chat", path: "/v1/chat/completions", query, model: "m" });
  expect(url.search).toBe("?beta=false&api-version=1");
});

test("one without a key is asked without", () => {
  expect(upstreamHeaders(provider({ api: "openai" }), {})).not.toHaveProperty("authorization");
});

test("a key with characters that replacements know is sent as it is", () => {
  const models = modelsSchema.parse({
    providers: {
      mine: { api: "openai", base_url: "https://x.example", key_env: "MY_KEY", headers: { "x-key": "a {key}" } },
    },
  });
  const { mine } = modelSettings(models, { MY_KEY: "$&$1" }).providers;
  expect(mine === undefined ? null : upstreamHeaders(mine, {})).toMatchObject({ "x-key": "a $&$1" });
});

test("a model that is asked for as provider/model goes out under its own name", async () => {
  const world = await gatewayWorld();
  world.upstream.answers(json({}));
  await world.post("/v1/messages", { model: "anthropic/claude-sonnet-4-5", messages: [] });
  expect(world.upstream.asked).toMatchObject([{ body: { model: "claude-sonnet-4-5" }, headers: { "x-api-key": KEY } }]);
});
