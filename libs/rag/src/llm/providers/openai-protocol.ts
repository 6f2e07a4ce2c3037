import { readChatCompletion, readChunk } from '../answer/openai-answer.js';
import type { GenerationRequest } from '../generation.js';
import { toMessages } from '../to-messages.js';
import { candidateUrls } from '../../upstream/candidate-urls.js';
import { type Json, toList, toRecord } from '../wire/json.js';
import type { ChatProtocol, RequestOptions } from './chat-protocol.js';

/** OpenAI's newer models refuse `max_tokens`; most OpenAI-compatible servers know only `max_tokens`. */
export type OutputLimitField = 'max_completion_tokens' | 'max_tokens';

/** The parameters that every request needs. */
const required = new Set(['model', 'messages', 'stream']);

/** Chat completions of OpenAI or a compatible server (vLLM, Ollama). */
export function openAiProtocol(outputLimit: OutputLimitField): ChatProtocol {
  const otherLimit = outputLimit === 'max_tokens' ? 'max_completion_tokens' : 'max_tokens';
  return {
    urlsOf,
    headersFor: (apiKey) => (apiKey === null ? {} : { authorization: `Bearer ${apiKey}` }),
    toBody: (request, options) =>
      toBody(request, options, options.refused.has(outputLimit) ? otherLimit : outputLimit),
    // Without a limit an answer could cost more than was reserved: one of both fields is always sent.
    optionalParameters: (body) =>
      [...Object.keys(body), ...(hasSystemMessage(body) ? ['system'] : [])].filter(
        (name) => !required.has(name) && name !== otherLimit,
      ),
    describeRefusal: (parameter) => {
      if (parameter === outputLimit) return `${outputLimit} sent as ${otherLimit}`;
      if (parameter === 'system') return 'the system message sent as the beginning of the user message';
      return `${parameter} left out`;
    },
    readWhole: readChatCompletion,
    readEvent: readChunk,
  };
}

/** A server at the root has its version there; a path is that of a gateway, which may need none. */
function urlsOf(baseUrl: string): string[] {
  const urls = candidateUrls(baseUrl, 'chat/completions');
  return new URL(baseUrl).pathname === '/' ? urls.toReversed() : urls;
}

function toBody(
  request: GenerationRequest,
  { isStreamed, refused }: RequestOptions,
  outputLimit: OutputLimitField,
): Json {
  const body = {
    ...request.extraBody,
    model: request.model,
    messages: messagesOf(request, refused.has('system')),
    [outputLimit]: request.maxTokens,
    ...(request.temperature !== null && { temperature: request.temperature }),
    ...(request.reasoningEffort !== null && { reasoning_effort: request.reasoningEffort }),
    ...(isStreamed && { stream: true, stream_options: { include_usage: true } }),
  };
  return Object.fromEntries(
    Object.entries(body).filter(([name]) => required.has(name) || !refused.has(name)),
  );
}

function messagesOf(request: GenerationRequest, isSystemRefused: boolean): object[] {
  const { system } = request;
  const messages = toMessages(request);
  if (system === '') return messages;
  const [first, ...others] = messages;
  if (isSystemRefused) return [{ role: 'user', content: `${system}\n\n${first!.content}` }, ...others];
  return [{ role: 'system', content: system }, ...messages];
}

function hasSystemMessage(body: Json): boolean {
  return toRecord(toList(body['messages'])[0])['role'] === 'system';
}
