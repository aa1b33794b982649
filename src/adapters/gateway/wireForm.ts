import type { ModelProvider } from "../../config/modelSettings.ts";

/** The forms in which agents ask; two of them are one provider's. */
export type WireForm = "anthropic" | "openai_responses" | "openai_chat" | "gemini";

export const PROVIDER_API: Readonly<Record<WireForm, ModelProvider["api"]>> = {
  anthropic: "anthropic",
  openai_responses: "openai",
  openai_chat: "openai",
  gemini: "gemini",
};

/** What a request asks for, by its method and path. Whatever is not here is not allowed. */
export type Route =
  | {
      readonly kind: "call";
      readonly form: WireForm;
      /** As the provider's address has it, in the form's own version. */
      readonly path: string;
      /** In the path, for Gemini; else null, and the body has it. */
      readonly model: string | null;
      /** Counting tokens is free, and no call of a model. */
      readonly isCount: boolean;
    }
  | { readonly kind: "models"; readonly form: WireForm }
  | { readonly kind: "refused"; readonly form: WireForm };

const CALLS: Readonly<Record<string, { readonly form: WireForm; readonly isCount: boolean }>> = {
  "/v1/messages": { form: "anthropic", isCount: false },
  "/v1/messages/count_tokens": { form: "anthropic", isCount: true },
  "/v1/responses": { form: "openai_responses", isCount: false },
  "/v1/chat/completions": { form: "openai_chat", isCount: false },
};

/** The allow-list, for the answer to whoever asks for something else. */
export const ALLOWED_PATHS =
  "POST /v1/messages, /v1/messages/count_tokens, /v1/responses, /v1/chat/completions, " +
  "/v1beta/models/<model>:generateContent, :streamGenerateContent, :countTokens; GET /v1/models, /v1beta/models";

const GEMINI = /^\/(?:v1beta|v1)\/models\/([^/:]{1,200}):(generateContent|streamGenerateContent|countTokens)$/;

type Headers = Readonly<Record<string, unknown>>;

export function routeOf(method: string, path: string, headers: Headers): Route {
  if (method === "GET" && path === "/v1/models") return { kind: "models", form: likelyForm(path, headers) };
  if (method === "GET" && path === "/v1beta/models") return { kind: "models", form: "gemini" };
  const refused: Route = { kind: "refused", form: likelyForm(path, headers) };
  if (method !== "POST") return refused;
  const known = Object.hasOwn(CALLS, path) ? CALLS[path] : undefined;
  if (known !== undefined) return { kind: "call", ...known, path, model: null };
  const [, model = "", action = ""] = GEMINI.exec(path) ?? [];
  if (model === "") return refused;
  const isCount = action === "countTokens";
  return {
    kind: "call",
    form: "gemini",
    path,
    model: decoded(model),
    isCount,
  };
}

/** In which form somebody understands a refusal. */
function likelyForm(path: string, headers: Headers): WireForm {
  if (path.startsWith("/v1beta") || headers["x-goog-api-key"] !== undefined) return "gemini";
  if (path.startsWith("/v1/messages") || headers["anthropic-version"] !== undefined) return "anthropic";
  return path.startsWith("/v1/responses") ? "openai_responses" : "openai_chat";
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
