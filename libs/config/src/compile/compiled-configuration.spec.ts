import fc from 'fast-check';
import { arbitraryOwnSettings } from '../../../settings/testing/arbitrary-settings.js';
import { someInputs } from '../../testing/configuration-builders.js';
import { initialSettings } from '../../../settings/testing/settings-builders.js';
import { initialPromptTemplate } from '#settings';
import { compileConfiguration } from './compiled-configuration.js';

const nonSettingFields = {
  tenant_id: 'acme',
  version: 7,
  override_allowed: true,
  last_modified_by_role: 'tenant_admin',
  updated_by: 'key:1',
  created_at: '2026-11-01T08:00:00.000Z',
  updated_at: '2026-11-02T08:00:00.000Z',
  custom_domain_verified: false,
  managed_by_code: [],
};

describe('compileConfiguration', () => {
  it('builds the body of GET /v1/config', () => {
    const { body } = compileConfiguration(someInputs({ version: 7, settings: { temperature: 0 } }));
    expect(JSON.parse(body)).toEqual({ ...initialSettings(), temperature: 0, ...nonSettingFields });
  });

  it('builds an ETag of the version and eight hex digits', () => {
    expect(compileConfiguration(someInputs({ version: 7 })).etag).toMatch(/^"7-[0-9a-f]{8}"$/);
  });

  it('computes equal ETags for equal bodies, and different ones for different bodies', () => {
    fc.assert(
      fc.property(arbitraryOwnSettings, arbitraryOwnSettings, (one, other) => {
        const [first, again, second] = [one, structuredClone(one), other].map((settings) =>
          compileConfiguration(someInputs({ settings })),
        );
        expect(first!.etag).toBe(again!.etag);
        expect(first!.etag === second!.etag).toBe(first!.body === second!.body);
      }),
    );
  });

  it('changes the ETag under the same version when a default of the plan changes', () => {
    const parts = someInputs();
    const changed = { ...parts, plan: { ...parts.plan, defaults: { temperature: 0 } } };
    expect(compileConfiguration(changed).version).toBe(compileConfiguration(parts).version);
    expect(compileConfiguration(changed).etag).not.toBe(compileConfiguration(parts).etag);
  });

  it('shows a custom domain as verified only while it is the verified one', () => {
    const verified = (custom_domain: string | null, verified_domain: string | null) =>
      (
        JSON.parse(
          compileConfiguration(someInputs({ settings: { custom_domain } }, { verified_domain })).body,
        ) as Record<string, unknown>
      )['custom_domain_verified'];
    expect(verified('a.example', 'a.example')).toBe(true);
    expect(verified('b.example', 'a.example')).toBe(false);
    expect(verified(null, null)).toBe(false);
    expect(verified(null, 'a.example')).toBe(false);
  });

  it('names the settings that a file owns', () => {
    const { body } = compileConfiguration(
      someInputs({ set_by: { temperature: 'code', max_tokens: 'tenant_admin' } }),
    );
    expect(JSON.parse(body)).toMatchObject({ managed_by_code: ['temperature'] });
  });

  it('contains the models, and no fallback when the setting is none', () => {
    const { model, fallbackModel } = compileConfiguration(
      someInputs({ settings: { model_name: 'cool', model_fallback: 'none' } }),
    );
    expect(model.id).toBe('cool');
    expect(fallbackModel).toBeNull();
  });

  it('uses Attune’s own template when the stored one no longer compiles', () => {
    const { template } = compileConfiguration(
      someInputs({ settings: { system_prompt_template: 'Be {tone}. {context}' } }),
    );
    const own = compileConfiguration(
      someInputs({ settings: { system_prompt_template: initialPromptTemplate } }),
    ).template;
    const input = { context: 'C', question: 'Q' };
    expect(template.render(input)).toEqual(own.render(input));
  });
});
