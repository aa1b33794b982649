import type { WireForm } from "./wireForm.ts";

/**
 * Why the gateway itself answers with an error. Statuses are such that no agent tries the same call again, as what could be
 * tried again was, in here: that is 400 with all of them. Codex tries every other one five times; with 401 and 403, some
 * ask for another login.
 */
export type ErrorKind = "key" | "path" | "model" | "request" | "size" | "budget" | "provider" | "gateway";

interface Shape {
  readonly status: number;
  readonly anthropic: string;
  readonly openai: string;
  readonly gemini: string;
}

const SHAPES: Readonly<Record<ErrorKind, Shape>> = {
  key: { status: 401, anthropic: "authentication_error", openai: "invalid_api_key", gemini: "UNAUTHENTICATED" },
  path: { status: 404, anthropic: "not_found_error", openai: "not_found", gemini: "NOT_FOUND" },
  model: { status: 403, anthropic: "permission_error", openai: "model_not_allowed", gemini: "PERMISSION_DENIED" },
  request: { status: 400, anthropic: "invalid_request_error", openai: "invalid_request", gemini: "INVALID_ARGUMENT" },
  size: { status: 413, anthropic: "request_too_large", openai: "request_too_large", gemini: "INVALID_ARGUMENT" },
  budget: { status: 400, anthropic: "billing_error", openai: "budget_exceeded", gemini: "FAILED_PRECONDITION" },
  provider: { status: 400, anthropic: "api_error", openai: "provider_error", gemini: "FAILED_PRECONDITION" },
  gateway: { status: 400, anthropic: "api_error", openai: "gateway_error", gemini: "FAILED_PRECONDITION" },
};

export interface GatewayError {
  readonly kind: ErrorKind;
  readonly message: string;
}

export function errorStatus({ kind }: GatewayError): number {
  return SHAPES[kind].status;
}

/** An error as the form's own provider would write it. */
export function errorBody(form: WireForm, { kind, message }: GatewayError): string {
  const shape = SHAPES[kind];
  switch (form) {
    case "anthropic":
      return JSON.stringify({ type: "error", error: { type: shape.anthropic, message } });
    case "openai_responses":
    case "openai_chat":
      return JSON.stringify({ error: { message, type: "invalid_request_error", param: null, code: shape.openai } });
    case "gemini":
      return JSON.stringify({ error: { code: shape.status, message, status: shape.gemini } });
  }
}

/** The same as the last event of a stream. */
export function errorEvent(form: WireForm, error: GatewayError): string {
  switch (form) {
    case "anthropic":
      return `event: error\ndata: ${errorBody(form, error)}\n\n`;
    case "openai_responses": {
      const failure = { code: SHAPES[error.kind].openai, message: error.message };
      const response = { id: "resp_autopack", object: "response", status: "failed", error: failure, output: [] };
      return `event: response.failed\ndata: ${JSON.stringify({ type: "response.failed", response })}\n\n`;
    }
    case "openai_chat":
    case "gemini":
      return `data: ${errorBody(form, error)}\n\n`;
  }
}
