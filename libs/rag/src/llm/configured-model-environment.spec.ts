import { Egress, EgressConfig } from '#egress';
import { aRagConfig } from '../../testing/llm/model-call-builders.js';
import { aClaude, aModel } from '../../testing/llm/llm-builders.js';
import { ConfiguredModelEnvironment } from './configured-model-environment.js';

const variables = { DATABASE_URL: 'postgres://app@db/attune', MODEL_KEY_SET: 'x' };
const environment = new ConfiguredModelEnvironment(
  aRagConfig({ openaiApiKey: 'a', variables }),
  new Egress(new EgressConfig(variables)),
);
const vllm = aModel({ id: 'm1', provider: 'openai-compatible', base_url: 'https://vllm.example/v1' });

describe('ConfiguredModelEnvironment', () => {
  it.each([
    [aModel(), null],
    [vllm, null],
    [{ ...vllm, api_key_env: 'MODEL_KEY_SET' }, null],
    [aModel({ provider: 'sandbox' }), null],
    [aClaude({ id: 'c' }), 'ANTHROPIC_API_KEY is not set, so c cannot be asked'],
    [{ ...vllm, api_key_env: 'MODEL_KEY_UNSET' }, 'MODEL_KEY_UNSET is not set, so m1 cannot be asked'],
    [{ ...vllm, base_url: 'http://10.0.0.5:8000/v1' }, 'EGRESS_ALLOW does not allow http://10.0.0.5:8000/v1'],
    [{ ...vllm, base_url: 'http://vllm:99999/v1' }, 'The base_url of m1 in the catalogue is not a valid URL'],
  ])('findObstacle knows whether the model can be asked: %j', (model, obstacle) => {
    expect(environment.findObstacle(model)).toBe(obstacle);
  });

  it.each([
    [vllm, []],
    [{ ...vllm, api_key_env: 'MODEL_KEY_UNSET' }, []],
    [{ ...vllm, api_key_env: 'STRIPE_API_KEY' }, ['enum']],
    [{ ...vllm, api_key_env: 'OPENAI_API_KEY' }, ['combination']],
    [aModel({ base_url: 'https://elsewhere.example/v1' }), ['combination']],
    [aModel({ base_url: 'https://eu.api.openai.com/v1' }), []],
    [aModel({ base_url: 'https://[::1' }), []],
  ])('findErrors refuses what no variable could mend: %j', (model, rules) => {
    const errors = environment.findErrors(model);
    expect(errors.map(({ field, rule }) => `${field}: ${rule}`)).toEqual(
      rules.map((rule) => `api_key_env: ${rule}`),
    );
  });
});
