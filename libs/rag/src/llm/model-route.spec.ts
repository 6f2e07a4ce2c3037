import { resolveRoute } from './model-route.js';
import { aRagConfig } from '../../testing/llm/model-call-builders.js';
import { aClaude, aModel } from '../../testing/llm/llm-builders.js';

const config = aRagConfig({
  openaiApiKey: 'key-of-openai',
  anthropicApiKey: 'key-of-anthropic',
  anthropicBaseUrl: 'http://proxy.example',
  variables: { OWN_KEY: 'own' },
});

describe('resolveRoute', () => {
  it("uses the address of the environment, else the provider's own address", () => {
    expect(resolveRoute(aModel(), config)).toMatchObject({
      baseUrl: 'https://api.openai.com/v1',
      apiKey: 'key-of-openai',
    });
    expect(resolveRoute(aClaude(), config)).toMatchObject({
      baseUrl: 'http://proxy.example',
      apiKey: 'key-of-anthropic',
    });
  });

  it('prefers the address and key of the catalogue entry', () => {
    const model = aModel({ base_url: 'http://eu.example/v1', api_key_env: 'OWN_KEY' });
    expect(resolveRoute(model, config)).toMatchObject({
      baseUrl: 'http://eu.example/v1',
      apiKey: 'own',
    });
  });

  it("never sends the environment's key to a compatible server", () => {
    const model = aModel({ provider: 'openai-compatible', base_url: 'http://elsewhere.example/v1' });
    expect(resolveRoute(model, config)).toMatchObject({ apiKey: null, missing: null });
  });
});
