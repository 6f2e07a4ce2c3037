import { AnthropicProvider } from './providers/anthropic.provider.js';
import { OpenAiProvider } from './providers/openai.provider.js';
import { SandboxProvider } from './sandbox/sandbox.provider.js';
import { SetupFailure } from '../upstream/upstream-failure.js';
import { aProviderRegistry } from '../../testing/llm/model-call-builders.js';
import { aClaude, aModel } from '../../testing/llm/llm-builders.js';

const gpt = aModel();
const claude = aClaude();
const ollama = aModel({ id: 'llama-3', provider: 'openai-compatible', base_url: 'http://ollama.example/v1' });
const sandboxModel = aModel({ id: 'offline', provider: 'sandbox' });

describe('ProviderRegistry', () => {
  it('finds the provider of each catalogue entry', () => {
    const registry = aProviderRegistry({ openaiApiKey: 'a', anthropicApiKey: 'b' });
    expect(registry.providerOf(gpt)).toBeInstanceOf(OpenAiProvider);
    expect(registry.providerOf(claude)).toBeInstanceOf(AnthropicProvider);
    expect(registry.providerOf(ollama)).toBeInstanceOf(OpenAiProvider);
    expect(registry.providerOf(sandboxModel)).toBeInstanceOf(SandboxProvider);
  });

  it('creates one client for each address and key', () => {
    const registry = aProviderRegistry({
      openaiApiKey: 'a',
      openaiBaseUrl: 'http://eu.example/v1',
      variables: { MODEL_KEY_OTHER: 'c' },
    });
    const first = registry.providerOf(gpt);
    expect(registry.providerOf(aModel({ id: 'gpt-4o' }))).toBe(first);
    expect(registry.providerOf(aModel({ api_key_env: 'MODEL_KEY_OTHER' }))).not.toBe(first);
    expect(registry.providerOf(aModel({ base_url: 'http://eu.example/v2' }))).not.toBe(first);
  });

  it('uses the sandbox for the models of providers while no provider has its key, whatever else can be asked', () => {
    const registry = aProviderRegistry({ variables: { MODEL_KEY_VLLM: 'v' } });
    const vllm = aModel({ ...ollama, id: 'mistral', api_key_env: 'MODEL_KEY_VLLM' });
    expect(registry.providerOf(ollama)).toBeInstanceOf(OpenAiProvider);
    expect(registry.providerOf(vllm)).toBeInstanceOf(OpenAiProvider);
    expect(registry.providerOf(gpt)).toBeInstanceOf(SandboxProvider);
    expect(registry.providerOf(claude)).toBeInstanceOf(SandboxProvider);
  });

  it('throws a SetupFailure for a missing key as soon as the other provider has its key', () => {
    const ask = () => aProviderRegistry({ anthropicApiKey: 'b' }).providerOf(gpt);
    expect(ask).toThrow(SetupFailure);
    expect(ask).toThrow('OPENAI_API_KEY is not set, so gpt-4 cannot be asked');
  });
});
