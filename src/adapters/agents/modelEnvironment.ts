import type { AttemptGateway } from "./attemptGateway.ts";

/** Where a program of the operator's own finds its model; nothing where none is configured. */
export function modelEnvironment(gateway: AttemptGateway | null): Readonly<Record<string, string>> {
  if (gateway === null) return {};
  const { url, key, model } = gateway;
  return { AUTOPACK_MODEL_URL: url, AUTOPACK_MODEL_KEY: key, AUTOPACK_MODEL: model.model };
}
