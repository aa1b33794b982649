import type { IncomingHttpHeaders } from "node:http";
import type { ModelProvider } from "../../config/modelSettings.ts";
import type { WireForm } from "./wireForm.ts";

/** What a provider may be told by an agent: the form's own headers. Nothing that names an account, and no cookies. */
const FORWARDED =
  /^(?:accept|user-agent|anthropic-(?!dangerous)[a-z-]+|openai-beta|x-goog-api-client|x-stainless-[a-z-]+)$/;

/** What an agent may be told by a provider. */
const ANSWERED =
  /^(?:content-type|request-id|x-request-id|openai-model|openai-version|openai-processing-ms|anthropic-ratelimit-[a-z-]+|x-ratelimit-[a-z-]+)$/;

type Answered = Readonly<Record<string, string | string[] | undefined>>;

/** The headers for a provider. Its answer must not be compressed, or nobody could count it as it passes. */
export function upstreamHeaders(provider: ModelProvider, agent: IncomingHttpHeaders): Record<string, string> {
  const headers: Record<string, string> = { "content-type": "application/json", "accept-encoding": "identity" };
  for (const [name, value] of Object.entries(agent))
    if (typeof value === "string" && FORWARDED.test(name)) headers[name] = value;
  const { key } = provider;
  const own = Object.entries(provider.headers);
  if (key !== null && !own.some(([, value]) => value.includes("{key}")))
    Object.assign(headers, keyHeader(provider.api, key));
  for (const [name, value] of own) headers[name.toLowerCase()] = value.replaceAll("{key}", () => key ?? "");
  return headers;
}

function keyHeader(api: ModelProvider["api"], key: string): Readonly<Record<string, string>> {
  switch (api) {
    case "anthropic":
      return { "x-api-key": key };
    case "openai":
      return { authorization: `Bearer ${key}` };
    case "gemini":
      return { "x-goog-api-key": key };
  }
}

export function answerHeaders(headers: Answered): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers))
    if (typeof value === "string" && ANSWERED.test(name)) kept[name] = value;
  return kept;
}

interface Target {
  readonly form: WireForm;
  /** As the agent asked for it: `/v1/messages`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly model: string;
}

/**
 * Where a provider answers it. Addresses of the `openai` kind have the version in them, as SDKs want them; the others
 * usually do not, and it is not there twice when they do.
 */
export function upstreamUrl(provider: ModelProvider, { form, path, query, model }: Target): URL {
  const url = new URL(provider.baseUrl.replaceAll("{model}", () => encodeURIComponent(model)));
  const base = url.pathname.replace(/\/+$/, "");
  const [, version = "", rest = ""] = /^(\/[^/]+)(.*)$/.exec(path) ?? [];
  const skipsVersion = provider.api === "openai" || base.endsWith(version);
  const wanted =
    form === "gemini" ? rest.replace(/\/models\/[^:]+/, () => `/models/${encodeURIComponent(model)}`) : rest;
  url.pathname = `${base}${skipsVersion ? "" : version}${wanted}`;
  for (const [name, value] of query) if (name !== "key") url.searchParams.append(name, value);
  for (const [name, value] of Object.entries(provider.query)) url.searchParams.set(name, value);
  return url;
}
