import { overlaysOf } from './findings.js';

describe('overlaysOf', () => {
  it('finds what a flag or a rollout decides, and what the plan lowered', () => {
    const configuration = {
      temperature: 0.2,
      max_tokens: 2000,
      retrieval_top_k: 5,
      sources: { temperature: 'rollout', max_tokens: 'tenant', retrieval_top_k: 'plan' },
      own: { max_tokens: 4000, temperature: 0.7 },
    };
    expect(overlaysOf(configuration)).toEqual([
      { setting: 'temperature', reason: 'decided by a rollout' },
      { setting: 'max_tokens', reason: 'the tenant stored 4000, and its plan makes it 2000' },
    ]);
  });

  it('finds nothing where the tenant gets what it stored', () => {
    expect(overlaysOf({ alpha: 0.5, sources: { alpha: 'tenant' }, own: { alpha: 0.5 } })).toEqual([]);
  });
});
