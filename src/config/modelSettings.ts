import { z } from "zod";
import type { PriceOverride } from "../domain/pricing/priceOf.ts";

/** The form in which a provider is asked. `openai`: Responses and Chat Completions. */
const apis = ["anthropic", "openai", "gemini"] as const;
type ProviderApi = (typeof apis)[number];

const MOST_PROVIDERS = 100;

const name = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,59}$/, { error: "must be a name in lower case, such as `azure` or `my-gateway`" });

const pattern = z.string().min(1).max(200);

const variable = z.string().regex(/^[A-Z][A-Z0-9_]{0,99}$/, { error: "must be the name of an environment variable" });

const address = z
  .url({ protocol: /^https?$/, error: "must be an http(s) address" })
  .refine((url) => !/^[^:]+:\/\/[^/]*@/.test(url), { error: "must not hold a user or password: use key_env" });

/** Headers that carry the call itself, or that other software reads as its own. */
const headerName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9-]{0,99}$/, { error: "must be the name of a header" })
  .refine(
    (header) => !/^(?:host|connection|content-.*|transfer-encoding|accept-encoding|cookie|te|upgrade)$/i.test(header),
    {
      error: "is a header that Autopack sets itself",
    },
  );

const headerValue = z.string().regex(/^[\t\u0020-\u007E]{0,1000}$/, { error: "must be printable ASCII" });

const providerSchema = z.strictObject({
  api: z.enum(apis).describe("The form in which it is asked. `openai`: Responses and Chat Completions."),
  base_url: address.describe(
    "Its address, as its own documentation gives it for SDKs: with `/v1` for `openai`, without for the others. `{model}` stands for the model's name.",
  ),
  key_env: variable
    .optional()
    .describe("The environment variable that holds its key. Without one it is asked without a key."),
  headers: z
    .record(headerName, headerValue)
    .default({})
    .describe(
      'Sent with every call. `{key}` stands for the key, which then is sent nowhere else: `{ api-key: "{key}" }`.',
    ),
  query: z
    .record(z.string().min(1).max(100), z.string().max(1000))
    .default({})
    .describe("Added to every address, such as an `api-version`."),
});

const usd = z.number().min(0).max(1_000_000);

const priceSchema = z.strictObject({
  input: usd.describe("US dollars for a million tokens."),
  output: usd.describe("The same for output, reasoning included."),
  cache_read: usd.optional().describe("Else as `input`."),
  cache_write: usd.optional().describe("Else as `input`."),
});

/** The operator's `models`: who answers agents, at what price. Descriptions are the documentation. */
export const modelsSchema = z.strictObject({
  providers: z
    .record(name, providerSchema)
    .refine((entries) => Object.keys(entries).length <= MOST_PROVIDERS, {
      error: `holds more than ${MOST_PROVIDERS} providers`,
    })
    .default({})
    .describe("Providers besides `anthropic`, `openai` and `gemini`, or in their place."),
  allow: z
    .array(pattern)
    .min(1)
    .max(200)
    .optional()
    .describe("Models that repositories may name, as `provider/model`; `*` stands for anything. Else all."),
  prices: z
    .record(pattern, priceSchema)
    .default({})
    .describe("Prices by `provider/model`, before those of the built-in table; `*` stands for anything."),
  allow_unpriced: z
    .boolean()
    .default(false)
    .describe("Use models without a price under a cap of money, too: they count as free."),
  keep_bodies: z
    .boolean()
    .default(false)
    .describe("Keep what agents and models say to each other, redacted, as artifacts."),
  max_wait_seconds: z
    .int()
    .min(0)
    .max(3600)
    .default(60)
    .describe("How long a call waits for a model that is limited or fails, before the next one is asked."),
});

/** One that can answer, with its key. */
export interface ModelProvider {
  readonly api: ProviderApi;
  readonly baseUrl: string;
  /** Null: there is none, or it is not set. */
  readonly key: string | null;
  /** The variable that holds the key; null where none is needed. */
  readonly keyVariable: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
}

/** What the model gateway goes by. Holds keys: not to be logged or stored. */
export interface ModelSettings {
  readonly providers: Readonly<Record<string, ModelProvider>>;
  /** Patterns over `provider/model`; null: all. */
  readonly allow: readonly string[] | null;
  readonly prices: readonly PriceOverride[];
  readonly allowUnpriced: boolean;
  readonly keepBodies: boolean;
  readonly maxWaitMs: number;
}

type Variables = Readonly<Record<string, string | undefined>>;
export type ModelsInput = z.infer<typeof modelsSchema>;

/** What stands where the operator says nothing. */
export const NO_MODELS: ModelsInput = modelsSchema.parse({});

/** The operator's section with the built-in providers, and the keys and addresses of the environment. */
export function modelSettings(models: ModelsInput, variables: Variables): ModelSettings {
  const configured = Object.entries(models.providers).map(([provider, given]) => {
    const keyVariable = given.key_env ?? null;
    const own = { api: given.api, baseUrl: given.base_url, headers: given.headers, query: given.query };
    return [provider, { ...own, keyVariable, key: valueOf(variables, keyVariable) }] as const;
  });
  return {
    providers: { ...builtInProviders(variables), ...Object.fromEntries(configured) },
    allow: models.allow ?? null,
    prices: Object.entries(models.prices).map(([of, { input, output, cache_read, cache_write }]) => ({
      pattern: of,
      price: { input, output, cacheRead: cache_read ?? input, cacheWrite: cache_write ?? input },
    })),
    allowUnpriced: models.allow_unpriced,
    keepBodies: models.keep_bodies,
    maxWaitMs: models.max_wait_seconds * 1000,
  };
}

/** The values that must never be shown or stored. */
export function modelSecrets({ providers }: ModelSettings): readonly string[] {
  return Object.values(providers).flatMap(({ key }) => key ?? []);
}

function builtInProviders(variables: Variables): Readonly<Record<string, ModelProvider>> {
  const builtIn = (api: ProviderApi, usual: string): ModelProvider => {
    const keyVariable = `${api.toUpperCase()}_API_KEY`;
    const baseUrl = valueOf(variables, `${api.toUpperCase()}_BASE_URL`) ?? usual;
    return { api, baseUrl, keyVariable, key: valueOf(variables, keyVariable), headers: {}, query: {} };
  };
  return {
    anthropic: builtIn("anthropic", "https://api.anthropic.com"),
    openai: builtIn("openai", "https://api.openai.com/v1"),
    gemini: builtIn("gemini", "https://generativelanguage.googleapis.com"),
  };
}

/** Whitespace around a key comes from a file or a paste. */
function valueOf(variables: Variables, named: string | null): string | null {
  const value = named === null ? undefined : variables[named]?.trim();
  return value === undefined || value === "" ? null : value;
}
