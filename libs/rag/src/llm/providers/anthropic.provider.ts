import { anthropicProtocol } from './anthropic-protocol.js';
import type { Endpoint } from './chat-protocol.js';
import { HttpProvider } from './http.provider.js';

/** Anthropic's Messages API. */
export class AnthropicProvider extends HttpProvider {
  constructor(endpoint: Endpoint) {
    super(endpoint, anthropicProtocol);
  }
}
