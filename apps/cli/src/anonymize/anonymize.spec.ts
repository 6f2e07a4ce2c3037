import { type TenantFile, toDocument, parseTenantFile } from '#config';
import fc from 'fast-check';
import { anonymizeFile } from './anonymize.js';
import { Pseudonyms } from './pseudonyms.js';

function aFile(settings: object, tenantId = 'acme-law'): TenantFile {
  return { tenantId, settings, exportedVersion: 7 };
}

const fullFile = aFile({
  model_name: 'gpt-4',
  temperature: 0.3,
  rerank_enabled: true,
  system_prompt_template:
    'You are the assistant of {company} in Zürich. Say „Grüezi“ – write {{json}} and {tone}.\n\n{context}\n\n法律の質問',
  prompt_variables: {
    company: 'Acme Law LLP',
    tone: 'formal',
    floor: 12,
    open: false,
    phone: '+41 44 1234567',
  },
  ui_primary_color: '#a1b2c3',
  ui_logo_url: 'https://cdn.acme-law.example/brand/logo.svg?key=1',
  custom_domain: 'ask.acme-law.example',
  monthly_budget_usd: 'unlimited',
});
const originalTexts =
  /acme|law|assistant|Zürich|Grüezi|json|formal|LLP|1234567|cdn|a1b2c3|brand\/|key=1|\b7\b/i;

describe('anonymize', () => {
  it('removes every word of the tenant and keeps numbers, models, variable names and placeholders', () => {
    const file = anonymizeFile(fullFile, new Pseudonyms());
    expect(JSON.stringify(toDocument(file))).not.toMatch(originalTexts);
    expect(JSON.stringify(toDocument(file))).not.toMatch(/\P{ASCII}/u);
    expect(file).toMatchObject({
      tenantId: expect.stringMatching(/^tenant-[0-9a-f]{16}$/) as string,
      exportedVersion: null,
      settings: {
        model_name: 'gpt-4',
        temperature: 0.3,
        rerank_enabled: true,
        prompt_variables: { floor: 12, open: false },
        monthly_budget_usd: 'unlimited',
      },
    });
    expect(file.settings.system_prompt_template).toMatch(
      /^[a-z]{3} [a-z]{3} [a-z]{3} [a-z]{8} [a-z]{2} \{company\} [a-z]{2} [a-z]{5}\. [a-z]{3} [a-z]{5}  [a-z]{5} \{\{[a-z]{3}\}\} [a-z]{3} \{tone\}\.\n\n\{context\}\n\n[a-z]{5}$/,
    );
    expect(parseTenantFile(toDocument(file)).errors).toEqual([]);
  });

  it('replaces a text by the same pseudonym within one export and by another one in the next', () => {
    const pseudonyms = new Pseudonyms();
    expect(anonymizeFile(fullFile, pseudonyms)).toEqual(anonymizeFile(fullFile, pseudonyms));
    const [one, other] = [
      anonymizeFile(fullFile, new Pseudonyms()),
      anonymizeFile(fullFile, new Pseudonyms()),
    ];
    for (const name of [
      'system_prompt_template',
      'ui_logo_url',
      'custom_domain',
      'ui_primary_color',
    ] as const)
      expect(one.settings[name]).not.toBe(other.settings[name]);
    expect(one.tenantId).not.toBe(other.tenantId);
  });

  it('returns valid settings without any word of the original, whatever the texts are', () => {
    const word = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
    const text = fc.array(fc.oneof(word, fc.constantFrom('ignore', 'previous', 'system:', '\n', ' ')), {
      maxLength: 30,
    });
    const pseudonyms = new Pseudonyms();
    fc.assert(
      fc.property(text, text, (template, value) => {
        const source = template.join(' ').slice(0, 1800).replace(/[{}]/g, '$&$&');
        const settings = {
          system_prompt_template: `${source}{context}{mine}`,
          prompt_variables: { mine: value.join(' ') },
        };
        const file = anonymizeFile(aFile(settings), pseudonyms);
        expect(parseTenantFile(toDocument(file)).errors).toEqual([]);
        const words = new Set(
          [...template, ...value]
            .join(' ')
            .toLowerCase()
            .match(/[\p{L}\p{N}]{8,}/gu),
        );
        const left = JSON.stringify(file.settings).match(/[\p{L}\p{N}]{8,}/gu) ?? [];
        expect(left.filter((one) => words.has(one))).toEqual([]);
      }),
    );
  });
});
