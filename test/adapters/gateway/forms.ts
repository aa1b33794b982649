/** The same call in each form: what is asked, what a provider answers, and what it says it used. */
export interface FormExample {
  readonly path: string;
  readonly streamPath: string;
  readonly request: object;
  readonly streamRequest: object;
  readonly whole: object;
  readonly events: readonly (object | string)[];
  readonly tokens: Readonly<Record<string, number>>;
  readonly costUsd: number;
}

const MESSAGES = [{ role: "user", content: "Add a greeting" }];

export const FORMS: Readonly<Record<string, FormExample>> = {
  anthropic: anthropicExample(),
  openai_responses: responsesExample(),
  openai_chat: chatExample(),
  gemini: geminiExample(),
};

function chunk(delta: object, finish: string | null = null): object {
  return {
    id: "chat_1",
    object: "chat.completion.chunk",
    choices: [{ index: 0, delta, finish_reason: finish }],
    usage: null,
  };
}

function part(text: string, usage: object, finishReason?: string): object {
  return {
    candidates: [
      {
        content: { role: "model", parts: [{ text }] },
        index: 0,
        ...(finishReason === undefined ? {} : { finishReason }),
      },
    ],
    usageMetadata: usage,
  };
}

function anthropicExample(): FormExample {
  const request = { model: "claude-sonnet-4-5", max_tokens: 1000, messages: MESSAGES };
  const input = {
    input_tokens: 11,
    cache_creation_input_tokens: 200,
    cache_read_input_tokens: 3000,
    cache_creation: { ephemeral_5m_input_tokens: 150, ephemeral_1h_input_tokens: 50 },
  };
  const whole = {
    id: "msg_1",
    type: "message",
    role: "assistant",
    content: [{ type: "text", text: "Héllo, 世界" }],
    stop_reason: "end_turn",
    usage: { ...input, output_tokens: 42 },
  };
  return {
    path: "/v1/messages",
    streamPath: "/v1/messages?beta=true",
    request,
    streamRequest: { ...request, stream: true },
    whole,
    events: [
      { type: "message_start", message: { ...whole, content: [], usage: { ...input, output_tokens: 1 } } },
      { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
      { type: "ping" },
      { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "Héllo, 世界" } },
      { type: "content_block_stop", index: 0 },
      { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 42 } },
      { type: "message_stop" },
    ],
    tokens: { inputTokens: 3211, cacheReadTokens: 3000, cacheWriteTokens: 200, outputTokens: 42, reasoningTokens: 0 },
    // 11 × 3 + 3000 × 0.30 + 150 × 3.75 + 50 × 6 + 42 × 15, in millionths, rounded up.
    costUsd: 0.002426,
  };
}

function responsesExample(): FormExample {
  const request = { model: "gpt-5", input: MESSAGES };
  const whole = {
    id: "resp_1",
    object: "response",
    status: "completed",
    output: [{ type: "message", content: [{ type: "output_text", text: "Hello" }] }],
    usage: {
      input_tokens: 900,
      input_tokens_details: { cached_tokens: 512, cache_write_tokens: 100 },
      output_tokens: 130,
      output_tokens_details: { reasoning_tokens: 64 },
      total_tokens: 1030,
    },
  };
  return {
    path: "/v1/responses",
    streamPath: "/v1/responses",
    request,
    streamRequest: { ...request, stream: true },
    whole,
    events: [
      { type: "response.created", response: { id: "resp_1", status: "in_progress", usage: null } },
      { type: "response.reasoning_summary_text.delta", delta: "I think" },
      { type: "response.output_text.delta", delta: "Hello" },
      { type: "response.output_text.done", text: "Hello" },
      { type: "response.completed", response: whole },
    ],
    tokens: { inputTokens: 900, cacheReadTokens: 512, cacheWriteTokens: 100, outputTokens: 130, reasoningTokens: 64 },
    // 388 × 1.25 + 512 × 0.125 + 130 × 10.
    costUsd: 0.001849,
  };
}

function chatExample(): FormExample {
  const request = { model: "gpt-5", messages: MESSAGES };
  const usage = {
    prompt_tokens: 500,
    completion_tokens: 70,
    total_tokens: 570,
    prompt_tokens_details: { cached_tokens: 128 },
    completion_tokens_details: { reasoning_tokens: 32 },
  };
  return {
    path: "/v1/chat/completions",
    streamPath: "/v1/chat/completions",
    request,
    streamRequest: { ...request, stream: true },
    whole: {
      id: "chat_1",
      object: "chat.completion",
      choices: [{ index: 0, message: { role: "assistant", content: "Hello" }, finish_reason: "stop" }],
      usage,
    },
    events: [
      chunk({ role: "assistant", content: "" }),
      chunk({ content: "Hello" }),
      chunk({ tool_calls: [{ index: 0, function: { name: "edit", arguments: '{"path":' } }] }),
      chunk({}, "stop"),
      { id: "chat_1", object: "chat.completion.chunk", choices: [], usage },
      "[DONE]",
    ],
    tokens: { inputTokens: 500, cacheReadTokens: 128, cacheWriteTokens: 0, outputTokens: 70, reasoningTokens: 32 },
    // 372 × 1.25 + 128 × 0.125 + 70 × 10.
    costUsd: 0.001181,
  };
}

function geminiExample(): FormExample {
  const request = { contents: [{ role: "user", parts: [{ text: "Add a greeting" }] }] };
  const usage = {
    promptTokenCount: 640,
    cachedContentTokenCount: 256,
    candidatesTokenCount: 20,
    thoughtsTokenCount: 30,
    toolUsePromptTokenCount: 10,
    totalTokenCount: 700,
  };
  return {
    path: "/v1beta/models/gemini-2.5-pro:generateContent",
    streamPath: "/v1beta/models/gemini-2.5-pro:streamGenerateContent?alt=sse",
    request,
    streamRequest: request,
    whole: part("Hello", usage, "STOP"),
    events: [
      part("Hel", { promptTokenCount: 640, candidatesTokenCount: 5, totalTokenCount: 645 }),
      part("lo", usage, "STOP"),
    ],
    tokens: { inputTokens: 650, cacheReadTokens: 256, cacheWriteTokens: 0, outputTokens: 50, reasoningTokens: 30 },
    // 394 × 1.25 + 256 × 0.125 + 50 × 10.
    costUsd: 0.001025,
  };
}
