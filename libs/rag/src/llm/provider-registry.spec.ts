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

describe('the provider directory', () => {
  it('finds each provider by the catalogue entry', async () => {
    const directory = aProviderRegistry({ openaiApiKey: 'a', anthropicApiKey: 'b' });
    await expect(directory.providerOf(gpt)).resolves.toBeInstanceOf(OpenAiProvider);
    await expect(directory.providerOf(claude)).resolves.toBeInstanceOf(AnthropicProvider);
    await expect(directory.providerOf(ollama)).resolves.toBeInstanceOf(OpenAiProvider);
    await expect(directory.providerOf(sandboxModel)).resolves.toBeInstanceOf(SandboxProvider);
  });

  it('makes one client for each address and key', async () => {
    const directory = aProviderRegistry({ openaiApiKey: 'a', variables: { OTHER: 'c' } });
    const first = await directory.providerOf(gpt);
    await expect(directory.providerOf(aModel({ id: 'gpt-4o' }))).resolves.toBe(first);
    await expect(directory.providerOf(aModel({ api_key_env: 'OTHER' }))).resolves.not.toBe(first);
    await expect(directory.providerOf(aModel({ base_url: 'http://eu.example/v1' }))).resolves.not.toBe(first);
  });

  it.each([
    ['nothing', [gpt, claude]],
    ['an entry that names a key which is not set', [gpt, vllm]],
    ['a retired entry', [gpt, aModel({ ...ollama, state: 'retired' })]],
    ['an entry of the sandbox', [gpt, sandboxModel]],
  ])(
    'lets the sandbox answer for every model while the environment holds no key and the catalogue %s',
    async (_what, models) => {
      await expect(aProviderRegistry({}, models).providerOf(gpt)).resolves.toBeInstanceOf(SandboxProvider);
    },
  );

  it.each([
    ['the other provider has a key', { anthropicApiKey: 'b' }, [gpt]],
    ['an entry brings its own address', {}, [gpt, ollama]],
    ['an entry brings its own key', { variables: { VLLM_KEY: 'v' } }, [gpt, vllm]],
  ])('calls a missing key an authentication failure as soon as %s', async (_what, environment, models) => {
    await expect(aProviderRegistry(environment, models).providerOf(gpt)).rejects.toMatchObject({
      kind: 'authentication',
      message: 'Model "gpt-4" needs a key: OPENAI_API_KEY is not set',
    });
  });

  it('names the variable that an entry asks for', async () => {
    await expect(aProviderRegistry({ openaiApiKey: 'a' }).providerOf(vllm)).rejects.toMatchObject({
      kind: 'authentication',
      message: 'Model "mistral" needs a key: VLLM_KEY is not set',
    });
  });

  it('cannot reach a compatible model without an address', async () => {
    const lost = aModel({ ...ollama, base_url: null });
    await expect(aProviderRegistry({ openaiApiKey: 'a' }).providerOf(lost)).rejects.toMatchObject({
      kind: 'connection',
    });
  });
});
