import { aPlan } from '../../../settings/testing/settings-builders.js';
import { someInputs } from '../../testing/configuration-builders.js';
import { compileConfiguration } from './compiled-configuration.js';
import { buildProposedInputs } from './proposed-inputs.js';

describe('buildProposedInputs', () => {
  it('returns the settings, and who would have set each', () => {
    const stored = {
      settings: { temperature: 0.2, max_tokens: 500, retrieval_top_k: 3 },
      set_by: {
        temperature: 'platform_admin',
        max_tokens: 'platform_admin',
        retrieval_top_k: 'code',
      } as const,
    };
    const { stored: proposed } = buildProposedInputs(
      someInputs(stored),
      { temperature: 0.9, max_tokens: 500 },
      'tenant_admin',
    );
    expect(proposed).toMatchObject({ version: 1, settings: { temperature: 0.9, max_tokens: 500 } });
    expect(proposed.set_by).toEqual({ temperature: 'tenant_admin', max_tokens: 'platform_admin' });
  });

  it('lets the platform change a locked setting, as a saved change would', () => {
    const stored = { settings: { temperature: 0.2 }, set_by: { temperature: 'tenant_admin' } as const };
    const parts = { ...someInputs(stored), plan: aPlan({ locked_settings: ['temperature'] }) };
    expect(compileConfiguration(parts).settings.temperature).toBe(0.7);
    const proposed = buildProposedInputs(parts, { temperature: 0.9 }, 'platform_admin');
    expect(compileConfiguration(proposed).settings.temperature).toBe(0.9);
  });
});
