import { describe, expect, test } from "vitest";
import { InvalidEnvironment, parseEnvironment } from "../../src/config/environment.ts";
import { modelSecrets } from "../../src/config/modelSettings.ts";

const POLICY = `version: 1
models:
  allow: ["anthropic/*", azure/gpt-5]
  max_wait_seconds: 5
  providers:
    azure:
      api: openai
      base_url: https://acme.openai.azure.com/openai/v1
      key_env: AZURE_KEY
      headers: { api-key: "{key}" }
      query: { api-version: preview }
  prices:
    azure/gpt-5: { input: 1.5, output: 11, cache_read: 0.2 }
`;

const KEYS = { ANTHROPIC_API_KEY: " sk-ant-1234\n", AZURE_KEY: "azure-1234", OPENAI_API_KEY: "" };

function models(text: string, variables: Readonly<Record<string, string>> = KEYS) {
  return parseEnvironment({ ...variables, AUTOPACK_POLICY: "policy.yml" }, () => text).models;
}

test("the built-in providers take key and address from the environment", () => {
  const { providers, allow } = parseEnvironment({ ...KEYS, ANTHROPIC_BASE_URL: "http://localhost:1" }, () => "").models;
  expect(allow).toBeNull();
  expect(providers).toMatchObject({
    anthropic: {
      api: "anthropic",
      baseUrl: "http://localhost:1",
      key: "sk-ant-1234",
      keyVariable: "ANTHROPIC_API_KEY",
    },
    openai: { api: "openai", baseUrl: "https://api.openai.com/v1", key: null },
    gemini: { api: "gemini", baseUrl: "https://generativelanguage.googleapis.com", key: null },
  });
  expect(() => parseEnvironment({ OPENAI_BASE_URL: "ftp://x" }, () => "")).toThrow(InvalidEnvironment);
});

test("the operator's policy adds providers and prices, and every key is known as a secret", () => {
  const settings = models(POLICY);
  expect(settings).toMatchObject({
    allow: ["anthropic/*", "azure/gpt-5"],
    maxWaitMs: 5000,
    keepBodies: false,
    allowUnpriced: false,
    prices: [{ pattern: "azure/gpt-5", price: { input: 1.5, output: 11, cacheRead: 0.2, cacheWrite: 1.5 } }],
  });
  expect(settings.providers["azure"]).toEqual({
    api: "openai",
    baseUrl: "https://acme.openai.azure.com/openai/v1",
    key: "azure-1234",
    keyVariable: "AZURE_KEY",
    headers: { "api-key": "{key}" },
    query: { "api-version": "preview" },
  });
  expect(modelSecrets(settings).toSorted()).toEqual(["azure-1234", "sk-ant-1234"]);
});

describe("a policy is refused with its line", () => {
  test.each([
    ["an unknown key", "models: { colour: red }", /2:11/],
    [
      "an address that is none",
      "models: { providers: { x: { api: openai, base_url: 'file:///x' } } }",
      /http\(s\) address/,
    ],
    [
      "a key in the address",
      "models: { providers: { x: { api: openai, base_url: 'https://a:b@x.example' } } }",
      /key_env/,
    ],
    [
      "a key in the place of its variable",
      "models: { providers: { x: { api: openai, base_url: 'https://x.example', key_env: sk-123 } } }",
      /environment variable/,
    ],
    [
      "a header of the call itself",
      "models: { providers: { x: { api: openai, base_url: 'https://x.example', headers: { Host: y } } } }",
      /sets itself/,
    ],
    ["a negative price", "models: { prices: { x: { input: -1, output: 1 } } }", /2:/],
  ])("for %s", (_, text, message) => {
    expect(() => models(`version: 1\n${text}\n`)).toThrow(message);
  });
});
