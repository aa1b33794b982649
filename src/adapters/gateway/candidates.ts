import type { ModelSettings, ModelProvider } from "../../config/modelSettings.ts";
import { EnvironmentFailure } from "../../domain/failure.ts";
import { namePatternMatches } from "../../domain/pricing/namePattern.ts";
import type { Price } from "../../domain/pricing/price.ts";
import { priceOf } from "../../domain/pricing/priceOf.ts";
import type { ModelRef } from "../../domain/settings.ts";
import type { Amounts } from "../../domain/budget/budget.ts";
import { PROVIDER_API } from "./wireForm.ts";
import type { WireForm } from "./wireForm.ts";

const OPENING = "opening the model gateway: ";

/** A model that can be asked. */
export interface Candidate {
  readonly ref: ModelRef;
  readonly provider: ModelProvider;
  readonly price: Price | null;
}

export function nameOf({ provider, model }: ModelRef): string {
  return `${provider}/${model}`;
}

/**
 * The models of an attempt with their providers and prices.
 * @throws EnvironmentFailure for the first that cannot be asked, with the setting that is missing
 */
export function candidatesOf(
  models: readonly ModelRef[],
  { settings, grant }: { readonly settings: ModelSettings; readonly grant: Amounts },
): readonly Candidate[] {
  return models.map((ref) => candidateOf(ref, { settings, grant }));
}

/** What keeps a model from being asked at all; its price matters only where money is capped. */
export function objectionTo(model: ModelRef, settings: ModelSettings): string | null {
  try {
    candidateOf(model, { settings, grant: {} });
    return null;
  } catch (error) {
    if (!(error instanceof EnvironmentFailure)) throw error;
    return error.message.replace(OPENING, "");
  }
}

function candidateOf(
  ref: ModelRef,
  { settings, grant }: { readonly settings: ModelSettings; readonly grant: Amounts },
): Candidate {
  const name = nameOf(ref);
  const { providers, allow, prices, allowUnpriced } = settings;
  const provider = Object.hasOwn(providers, ref.provider) ? providers[ref.provider] : undefined;
  if (provider === undefined) {
    throw refused(
      `there is no provider ${ref.provider} for the model ${name}: the server has ${Object.keys(providers).join(", ")}; add it under \`models.providers\` in the operator's policy`,
    );
  }
  if (allow !== null && !allow.some((pattern) => namePatternMatches(pattern, name))) {
    throw refused(
      `the model ${name} is not among those that the operator allows: ${allow.join(", ")} (\`models.allow\` in the policy)`,
    );
  }
  if (provider.keyVariable !== null && provider.key === null) {
    throw refused(
      `the provider ${ref.provider} has no key for the model ${name}: set ${provider.keyVariable} in the server's environment`,
    );
  }
  const price = priceOf(ref, prices);
  if (price === null && grant.cost_usd !== undefined && !allowUnpriced) {
    throw refused(
      `the model ${name} has no price, so a budget of money cannot be held: give one under \`models.prices\`, or set \`models.allow_unpriced\`, in the operator's policy`,
    );
  }
  return { ref, provider, price };
}

function refused(why: string): EnvironmentFailure {
  return new EnvironmentFailure(`${OPENING}${why}`, { retry: "never" });
}

/** Those that a request of this form may go to: the model that it names, and what comes after it. None: it names no allowed one. */
export function candidatesFor(
  all: readonly Candidate[],
  { form, model }: { readonly form: WireForm; readonly model: string },
): readonly Candidate[] {
  const ofForm = all.filter(({ provider }) => provider.api === PROVIDER_API[form]);
  const at = ofForm.findIndex(({ ref }) => ref.model === model || nameOf(ref) === model);
  return at === -1 ? [] : ofForm.slice(at);
}
