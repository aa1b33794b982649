import { PROVIDER_API } from "./wireForm.ts";
import type { WireForm } from "./wireForm.ts";
import type { Candidate } from "./candidates.ts";

/** The models that an attempt may use, as the form's provider would list them. Nobody is asked. */
export function modelList(form: WireForm, candidates: readonly Candidate[]): string {
  const ids = candidates.filter(({ provider }) => provider.api === PROVIDER_API[form]).map(({ ref }) => ref.model);
  switch (form) {
    case "anthropic": {
      const data = ids.map((id) => ({ type: "model", id, display_name: id, created_at: "2025-01-01T00:00:00Z" }));
      return JSON.stringify({ data, has_more: false, first_id: ids[0] ?? null, last_id: ids.at(-1) ?? null });
    }
    case "openai_responses":
    case "openai_chat":
      return JSON.stringify({
        object: "list",
        data: ids.map((id) => ({ id, object: "model", created: 0, owned_by: "autopack" })),
      });
    case "gemini":
      return JSON.stringify({
        models: ids.map((id) => ({
          name: `models/${id}`,
          displayName: id,
          supportedGenerationMethods: ["generateContent", "countTokens"],
        })),
      });
  }
}
