import { resolveRoute } from './model-route.js';
import { type RagConfigOverrides, aRagConfig } from '../../testing/llm/model-call-builders.js';
import { aClaude, aModel } from '../../testing/llm/llm-builders.js';

const environment: RagConfigOverrides = {
  openaiApiKey: 'key-of-openai',
  anthropicApiKey: 'key-of-anthropic',
  anthropicBaseUrl: 'http://proxy.example/anthropic',
  variables: { MODEL_KEY_OWN: 'own', VLLM_API_KEY: 'unlisted' },
};
const config = aRagConfig(environment);
const vllm = aModel({ id: 'm1', provider: 'openai-compatible', base_url: 'http://vllm.example/v1' });

const missingMessage = (model: ReturnType<typeof aModel>, overrides = environment): string | undefined =>
  resolveRoute(model, aRagConfig(overrides)).missing?.message;

describe('resolveRoute', () => {
  it("uses the address of the environment, else the provider's own address", () => {
    expect(resolveRoute(aModel(), config)).toMatchObject({
      baseUrl: 'https://api.openai.com/v1',
      apiKey: 'key-of-openai',
    });
    expect(resolveRoute(aClaude(), config)).toMatchObject({
      baseUrl: 'http://proxy.example/anthropic',
      apiKey: 'key-of-anthropic',
    });
  });

  it('prefers the address and key of the catalogue entry', () => {
    const model = aModel({ base_url: 'http://eu.example/v1', api_key_env: 'MODEL_KEY_OWN' });
    expect(resolveRoute(model, config)).toMatchObject({ baseUrl: 'http://eu.example/v1', apiKey: 'own' });
  });

  it('sends no key to a compatible server whose entry names none', () => {
    expect(resolveRoute(vllm, config)).toMatchObject({ apiKey: null, missing: null });
  });

  it.each([
    'https://api.openai.com/v1',
    'https://eu.api.openai.com/v1',
    'https://API.OPENAI.COM:443/v1',
    'https://gateway.example/v2',
  ])("sends OpenAI's key to %s, which is OpenAI's or OPENAI_BASE_URL's", (base_url) => {
    const overrides = { ...environment, openaiBaseUrl: 'https://gateway.example/openai' };
    for (const model of [aModel({ base_url }), { ...vllm, base_url, api_key_env: 'OPENAI_API_KEY' }])
      expect(resolveRoute(model, aRagConfig(overrides))).toMatchObject({ apiKey: 'key-of-openai' });
  });

  it.each([
    'http://127.0.0.1:56198/v1',
    'http://api.openai.com/v1',
    'https://api.openai.com:8443/v1',
    'https://api.openai.com.example/v1',
    'https://notapi.openai.com/v1',
    'https://api.anthropic.com/v1',
  ])("never sends OpenAI's key to %s", (base_url) => {
    const text = /^OPENAI_API_KEY is sent only to OpenAI's own address or to OPENAI_BASE_URL, so /;
    expect(missingMessage(aModel({ base_url }))).toMatch(text);
    expect(missingMessage({ ...vllm, base_url, api_key_env: 'OPENAI_API_KEY' })).toMatch(text);
  });

  it("never sends Anthropic's key to another address than Anthropic's or ANTHROPIC_BASE_URL", () => {
    expect(resolveRoute(aClaude({ base_url: 'http://proxy.example/v1' }), config)).toMatchObject({
      apiKey: 'key-of-anthropic',
    });
    for (const base_url of ['http://vllm.example', 'https://api.openai.com'])
      expect(missingMessage(aClaude({ base_url }))).toMatch(/^ANTHROPIC_API_KEY is sent only to Anthropic's/);
  });

  it('uses a variable only if MODEL_API_KEYS lists it', () => {
    const model = { ...vllm, api_key_env: 'VLLM_API_KEY' };
    expect(missingMessage(model)).toBe('MODEL_API_KEYS does not list VLLM_API_KEY, so m1 cannot be asked');
    const variables = { VLLM_API_KEY: 'listed', MODEL_KEY_OWN: 'own', MODEL_API_KEYS: 'VLLM_API_KEY' };
    expect(resolveRoute(model, aRagConfig({ variables }))).toMatchObject({ apiKey: 'listed' });
    expect(missingMessage({ ...vllm, api_key_env: 'MODEL_KEY_OWN' }, { variables })).toMatch(
      /^MODEL_API_KEYS does not list MODEL_KEY_OWN/,
    );
  });

  it('names the variable that is not set', () => {
    const anthropicOnly = { anthropicApiKey: 'b' };
    expect(missingMessage(aModel({ id: 'gpt-3.5-turbo' }), anthropicOnly)).toBe(
      'OPENAI_API_KEY is not set, so gpt-3.5-turbo cannot be asked',
    );
    expect(missingMessage({ ...vllm, api_key_env: 'MODEL_KEY_ABSENT' })).toBe(
      'MODEL_KEY_ABSENT is not set, so m1 cannot be asked',
    );
  });

  it('leaves an entry with a key variable of its own to that variable, also while no provider is configured', () => {
    expect(missingMessage({ ...vllm, api_key_env: 'MODEL_KEY_ABSENT' }, {})).toBe(
      'MODEL_KEY_ABSENT is not set, so m1 cannot be asked',
    );
    expect(missingMessage(aModel({ api_key_env: 'MODEL_KEY_ABSENT' }), {})).toMatch(/^MODEL_KEY_ABSENT is/);
  });

  it.each(['http://[::1', 'http://vllm:99999/v1', 'http://vllm:port/v1', 'http://999.1.1.1/v1'])(
    'says that %s, stored before such addresses were refused, is no URL',
    (base_url) => {
      const text = 'The base_url of m1 in the catalogue is not a valid URL';
      expect(missingMessage({ ...vllm, base_url })).toBe(text);
      expect(missingMessage(aModel({ id: 'm1', base_url }))).toBe(text);
    },
  );

  it('says that a compatible entry has no address', () => {
    expect(missingMessage({ ...vllm, base_url: null })).toBe('m1 has no base_url in the catalogue');
  });
});
