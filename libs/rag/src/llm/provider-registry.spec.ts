import { AnthropicProvider } from './providers/anthropic.provider.js';
import { OpenAiProvider } from './providers/openai.provider.js';
import { SandboxProvider } from './sandbox/sandbox.provider.js';
import { aProviderRegistry } from '../../testing/llm/model-call-builders.js';
import { aClaude, aModel } from '../../testing/llm/llm-builders.js';

const gpt = aModel();
const claude = aClaude();
const ollama = aModel({ id: 'llama-3', provider: 'openai-compatible', base_url: 'http://ollama.example/v1' });
const vllm = aModel({ ...ollama, id: 'mistral', api_key_env: 'VLLM_KEY' });
const sandboxModel = aModel({ id: 'offline', provider: 'sandbox' });

describe('ProviderRegistry', () => {
  it('finds the provider of each catalogue entry', async () => {
    const registry = aProviderRegistry({ openaiApiKey: 'a', anthropicApiKey: 'b' });
    await expect(registry.providerOf(gpt)).resolves.toBeInstanceOf(OpenAiProvider);
    await expect(registry.providerOf(claude)).resolves.toBeInstanceOf(AnthropicProvider);
    await expect(registry.providerOf(ollama)).resolves.toBeInstanceOf(OpenAiProvider);
    await expect(registry.providerOf(sandboxModel)).resolves.toBeInstanceOf(SandboxProvider);
  });

  it('creates one client for each address and key', async () => {
    const registry = aProviderRegistry({ openaiApiKey: 'a', variables: { OTHER: 'c' } });
    const first = await registry.providerOf(gpt);
    await expect(registry.providerOf(aModel({ id: 'gpt-4o' }))).resolves.toBe(first);
    await expect(registry.providerOf(aModel({ api_key_env: 'OTHER' }))).resolves.not.toBe(first);
    await expect(registry.providerOf(aModel({ base_url: 'http://eu.example/v1' }))).resolves.not.toBe(first);
  });

  it.each([
    ['no other entry', [gpt, claude]],
    ['an entry whose key is not set', [gpt, vllm]],
    ['a retired entry', [gpt, aModel({ ...ollama, state: 'retired' })]],
    ['an entry of the sandbox', [gpt, sandboxModel]],
  ])(
    'uses the sandbox for every model while the environment has no key and the catalogue has %s',
    async (_what, models) => {
      await expect(aProviderRegistry({}, models).providerOf(gpt)).resolves.toBeInstanceOf(SandboxProvider);
    },
  );

  it.each([
    ['the other provider has a key', { anthropicApiKey: 'b' }, [gpt]],
    ['an entry has its own address', {}, [gpt, ollama]],
    ['an entry has its own key', { variables: { VLLM_KEY: 'v' } }, [gpt, vllm]],
  ])('rejects a missing key with authentication as soon as %s', async (_what, environment, models) => {
    await expect(aProviderRegistry(environment, models).providerOf(gpt)).rejects.toMatchObject({
      kind: 'authentication',
      message: 'Model "gpt-4" needs a key: OPENAI_API_KEY is not set',
    });
  });

  it('names the missing variable of an entry', async () => {
    await expect(aProviderRegistry({ openaiApiKey: 'a' }).providerOf(vllm)).rejects.toMatchObject({
      kind: 'authentication',
      message: 'Model "mistral" needs a key: VLLM_KEY is not set',
    });
  });

  it('rejects a compatible model without an address with connection', async () => {
    const modelWithoutAddress = aModel({ ...ollama, base_url: null });
    await expect(
      aProviderRegistry({ openaiApiKey: 'a' }).providerOf(modelWithoutAddress),
    ).rejects.toMatchObject({
      kind: 'connection',
    });
  });
});
