import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { arbitraryOwnSettings } from '../../../settings/testing/arbitrary-settings.js';
import { settingDeclarations } from '#settings';
import { tenantFileSchema } from './tenant-file-schema.js';
import { toDocument, pathInFile, parseTenantFile } from './tenant-file.js';

const faultsOf = (document: unknown) =>
  parseTenantFile(document).errors.map(({ field, rule }) => `${field}: ${rule}`);

describe('parseTenantFile', () => {
  it('maps every setting to a path of its own', () => {
    const places = settingDeclarations.map(({ yamlPath: file }) => file);
    expect(new Set(places).size).toBe(settingDeclarations.length);
    for (const place of places) expect(place).toMatch(/^[a-z]+\.[a-z_]+$/);
  });

  it('reads the settings from their groups', () => {
    const document = {
      tenant: 'acme-law',
      model: { name: 'gpt-4', fallback: 'none', temperature: 0.3, max_tokens: 500, reasoning_effort: 'low' },
      retrieval: {
        top_k: 10,
        alpha: 0,
        rerank_enabled: true,
        rerank_top_n: 3,
        min_score: 0.1,
        language: 'de',
      },
      prompts: { system: 'You are {name}.', variables: { name: 'Lex' } },
      branding: {
        primary_color: '#112233',
        logo_url: 'https://logo.example/a.svg',
        custom_domain: 'ask.acme.example',
      },
      privacy: { log_questions: true },
      limits: {
        max_queries_per_day: 500,
        max_queries_per_minute: 60,
        max_documents: 200,
        monthly_budget_usd: 'unlimited',
      },
    };
    const { file, errors: faults } = parseTenantFile(document);
    expect(faults).toEqual([]);
    expect(file).toMatchObject({
      tenantId: 'acme-law',
      exportedVersion: null,
      settings: {
        model_name: 'gpt-4',
        retrieval_alpha: 0,
        system_prompt_template: 'You are {name}.',
        ui_primary_color: '#112233',
        monthly_budget_usd: 'unlimited',
      },
    });
    expect(Object.keys(file.settings)).toHaveLength(settingDeclarations.length);
    expect(toDocument(file)).toEqual(document);
  });

  it('reads back every file that toDocument writes', () => {
    fc.assert(
      fc.property(
        arbitraryOwnSettings,
        fc.option(fc.integer({ min: 1, max: 9999 })),
        (own, exportedVersion) => {
          const file = { tenantId: 'acme', settings: own, exportedVersion };
          expect(parseTenantFile(toDocument(file)).file).toEqual(file);
        },
      ),
    );
  });

  it('requires a tenant and nothing else', () => {
    expect(parseTenantFile({ tenant: 'acme' })).toEqual({
      file: { tenantId: 'acme', settings: {}, exportedVersion: null },
      errors: [],
    });
    expect(faultsOf({})).toEqual(['tenant: required']);
    expect(faultsOf({ tenant: 'Acme Law' })).toEqual(['tenant: pattern']);
    expect(faultsOf({ tenant: 7 })).toEqual(['tenant: pattern']);
    expect(faultsOf(null)).toEqual([': type']);
    expect(faultsOf(['acme'])).toEqual([': type']);
  });

  it('reports all errors at once, each with its path in the file', () => {
    const document = {
      tenant: 'acme',
      modle: {},
      exported_version: 0,
      model: { temprature: 1, temperature: 9, name: null },
      retrieval: [],
      prompts: { variables: { context: 'x', tone: [] } },
      branding: null,
    };
    expect(faultsOf(document).toSorted()).toEqual([
      'exported_version: type',
      'model.name: type',
      'model.temperature: max',
      'model.temprature: unknown_field',
      'modle: unknown_field',
      'prompts.variables.context: pattern',
      'prompts.variables.tone: type',
      'retrieval: type',
    ]);
    const [fault] = parseTenantFile({ tenant: 'acme', model: { temperature: 9 } }).errors;
    expect(fault!.message).toBe('model.temperature must be at most 2.');
  });

  it('checks the template, with the variables when the file sets them', () => {
    const withPrompt = (prompts: object) => faultsOf({ tenant: 'acme', prompts });
    expect(withPrompt({ system: 'Hello {name' })).toEqual(['prompts.system: template_syntax']);
    expect(withPrompt({ system: 'Hello {name}' })).toEqual([]);
    expect(withPrompt({ system: 'Hello {name}', variables: {} })).toEqual([
      'prompts.system: unknown_variable',
    ]);
    expect(withPrompt({ system: 'Hello {name}', variables: { name: 'Lex' } })).toEqual([]);
  });

  it('checks a combination of settings only when the file sets all of them', () => {
    const rerank = { rerank_enabled: true, rerank_top_n: 8 };
    expect(faultsOf({ tenant: 'acme', retrieval: rerank })).toEqual([]);
    expect(faultsOf({ tenant: 'acme', retrieval: { ...rerank, top_k: 5 } })).toEqual([
      'retrieval.rerank_top_n: combination',
    ]);
  });

  it('reads no value from the prototype of an object', () => {
    const document: unknown = JSON.parse('{"tenant": "acme", "__proto__": {"model": {"temperature": 9}}}');
    expect(faultsOf(document)).toEqual(['__proto__: unknown_field']);
    expect(faultsOf({ tenant: 'acme', model: { constructor: 1 } })).toEqual([
      'model.constructor: unknown_field',
    ]);
  });

  it('reports every error under the path that the file uses', () => {
    expect(pathInFile('prompt_variables.tone')).toBe('prompts.variables.tone');
    expect(pathInFile('model_name')).toBe('model.name');
    expect(pathInFile('something')).toBe('something');
  });
});

describe('tenantFileSchema', () => {
  const ajv = new Ajv2020({ strict: false });
  (addFormats as unknown as (one: Ajv2020) => void)(ajv);
  const validate = ajv.compile(tenantFileSchema());

  it('accepts every file that an export writes', () => {
    fc.assert(
      fc.property(arbitraryOwnSettings, (own) => {
        const document = toDocument({ tenantId: 'acme', settings: own, exportedVersion: 3 });
        expect({ isValid: validate(document), errors: validate.errors }).toEqual({
          isValid: true,
          errors: null,
        });
      }),
    );
  });

  it.each([
    ['no tenant', {}],
    ['an unknown group', { tenant: 'acme', modle: {} }],
    ['an unknown key', { tenant: 'acme', model: { temprature: 1 } }],
    ['a value out of bounds', { tenant: 'acme', model: { temperature: 9 } }],
    ['null for a value', { tenant: 'acme', branding: { logo_url: null } }],
  ])('refuses %s', (_what, document) => {
    expect(validate(document)).toBe(false);
    expect(parseTenantFile(document).errors).not.toEqual([]);
  });

  it('has a title and an example for every setting', () => {
    const { properties } = tenantFileSchema() as {
      properties: Record<string, { properties?: Record<string, object> }>;
    };
    for (const { yamlPath: file, title } of settingDeclarations) {
      const [group, key] = file.split('.') as [string, string];
      expect(properties[group]!.properties![key]).toMatchObject({ title });
    }
  });
});
