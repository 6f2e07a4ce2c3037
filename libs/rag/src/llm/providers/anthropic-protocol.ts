import { readEvent, readMessage } from '../answer/anthropic-answer.js';
import type { GenerationRequest } from '../generation.js';
import { toMessages } from '../to-messages.js';
import { candidateUrls } from '../../upstream/candidate-urls.js';
import type { Json } from '../wire/json.js';
import type { ChatProtocol, RequestOptions } from './chat-protocol.js';

/** The parameters that every request needs. */
const required = new Set(['model', 'messages', 'stream', 'system', 'max_tokens']);

/** Anthropic's Messages API. */
export const anthropicProtocol: ChatProtocol = {
  urlsOf: (baseUrl) => candidateUrls(baseUrl, 'messages').toReversed(),
  headersFor: (apiKey) => ({
    'anthropic-version': '2023-06-01',
    ...(apiKey !== null && { 'x-api-key': apiKey }),
  }),
  toBody,
  optionalParameters: (body) => Object.keys(body).filter((name) => !required.has(name)),
  describeRefusal: (parameter) => `${parameter} left out`,
  readWhole: readMessage,
  readEvent,
};

function toBody(request: GenerationRequest, { isStreamed, refused }: RequestOptions): Json {
  const body = {
    ...request.extraBody,
    model: request.model,
    max_tokens: request.maxTokens,
    messages: toMessages(request),
    ...(request.system !== '' && { system: request.system }),
    ...(request.temperature !== null && { temperature: request.temperature }),
    ...effortOf(request),
    ...(isStreamed && { stream: true }),
  };
  return Object.fromEntries(
    Object.entries(body).filter(([name]) => required.has(name) || !refused.has(name)),
  );
}

/** Without an effort the model decides; `none` means that it does not think first. */
function effortOf({ reasoningEffort: effort }: GenerationRequest): Json {
  if (effort === null) return {};
  return effort === 'none' ? { thinking: { type: 'disabled' } } : { output_config: { effort } };
}
