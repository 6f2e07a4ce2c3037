import type { Endpoint } from './chat-protocol.js';
import { HttpProvider } from './http.provider.js';
import { type OutputLimitField, openAiProtocol } from './openai-protocol.js';

/** Chat completions of OpenAI or a compatible server (vLLM, Ollama). */
export class OpenAiProvider extends HttpProvider {
  constructor(endpoint: Endpoint, outputLimit: OutputLimitField) {
    super(endpoint, openAiProtocol(outputLimit));
  }
}
