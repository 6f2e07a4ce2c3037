import fc from 'fast-check';
import { parse } from 'yaml';
import { applyPatch } from '../draft/patch.js';
import { readSettings } from '../settings/setting-schema.js';
import { toTenantFile } from './tenant-file.js';

const settings = readSettings({
  temperature: { type: 'number', 'x-path': 'model.temperature' },
  model_name: { type: 'string', 'x-path': 'model.name' },
  system_prompt_template: { type: 'string', maxLength: 2000, 'x-path': 'prompts.system' },
  prompt_variables: { type: 'object', 'x-path': 'prompts.variables' },
});
const fileOf = (own: Record<string, unknown>, patch: Record<string, unknown>) =>
  toTenantFile({ tenantId: 'acme', version: 7, patch, after: applyPatch(own, patch), settings });

describe('toTenantFile', () => {
  it('a file has the changed settings at their places, and all variables', () => {
    const own = { prompt_variables: { firm: 'Acme', old: 1 }, temperature: 0.2 };
    const patch = { model_name: 'gpt-4o', prompt_variables: { tone: 'yes', old: null } };
    expect(parse(fileOf(own, patch)!)).toEqual({
      tenant: 'acme',
      exported_version: 7,
      model: { name: 'gpt-4o' },
      prompts: { variables: { firm: 'Acme', tone: 'yes' } },
    });
  });

  it('a patch that only resets has no file', () => {
    expect(fileOf({ temperature: 0.2 }, { temperature: null })).toBeUndefined();
  });

  it('every prompt and every variable has the same value when the file is read', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', ' ', '\n', '{x}', '"', "'", ':', '#', '- ', 'é', '\t'),
    });
    fc.assert(
      fc.property(
        text.filter((each) => each !== ''),
        fc.dictionary(fc.constantFrom('a', 'on', '1'), text),
        (prompt, variables) => {
          const patch = { system_prompt_template: prompt, prompt_variables: variables };
          expect(parse(fileOf({}, patch)!)).toMatchObject({ prompts: { system: prompt, variables } });
        },
      ),
    );
  });
});
