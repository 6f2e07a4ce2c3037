import { initialSettings } from '../../testing/settings-builders.js';
import { settingNames } from './setting-names.js';
import { type Selector, matchesSelector, findSelectorSyntaxErrors } from './selector.js';

const acme = { tenantId: 'acme', plan: 'pro', settings: { ...initialSettings(), temperature: 0.3 } };

describe('matchesSelector', () => {
  it.each<[Selector, boolean]>([
    [{ all: true }, true],
    [{ plans: ['basic', 'pro'] }, true],
    [{ plans: ['basic'] }, false],
    [{ tenant_ids: ['other', 'acme'] }, true],
    [{ tenant_ids: ['other'] }, false],
    [{ all: true, exclude: ['acme'] }, false],
    [{ plans: ['pro'], tenant_ids: ['other'] }, false],
    [{ where: { temperature: 0.3 } }, true],
    [{ where: { temperature: [0.1, 0.3] } }, true],
    [{ where: { temperature: 0.3, max_tokens: 1 } }, false],
    [{ where: { ui_logo_url: null } }, true],
    [{ where: { prompt_variables: {} } }, true],
    [{ all: true, where: { temperature: 0.1 } }, false],
  ])('evaluates %j to %j for a tenant on the plan pro', (selector, isSelected) => {
    expect(matchesSelector(selector, acme)).toBe(isSelected);
  });
});

describe('findSelectorSyntaxErrors', () => {
  it.each<[Selector, string[]]>([
    [{}, ['selector: required']],
    [{ exclude: ['acme'], where: {} }, ['selector: required']],
    [{ plans: [], tenant_ids: [] }, ['selector.plans: required', 'selector.tenant_ids: required']],
    [{ where: { temperature: [] } }, ['selector.where.temperature: required']],
    [{ where: { nothing: 1 } }, ['selector.where.nothing: unknown_field']],
    [
      { where: { max_tokens: [100, '100', 5] } },
      ['selector.where.max_tokens: type', 'selector.where.max_tokens: min'],
    ],
    [{ where: { ui_logo_url: null } }, []],
    [{ all: true }, []],
  ])('returns for %j the errors %j', (selector, errors) => {
    expect(findSelectorSyntaxErrors(selector).map(({ field, rule }) => `${field}: ${rule}`)).toEqual(errors);
  });

  it('findSelectorSyntaxErrors finds as many errors as a response lists among any number of conditions', () => {
    const known = settingNames.map((name) => [name, []]);
    const unknown = Array.from({ length: 500 }, (_, at) => [`nothing${at}`, 1]);
    const errors = findSelectorSyntaxErrors({ where: Object.fromEntries([...known, ...unknown]) });
    expect(errors).toHaveLength(settingNames.length + 100);
    const accepted = known.map(([name]) => [name, null]);
    expect(
      findSelectorSyntaxErrors({ where: Object.fromEntries([...accepted, ...unknown]) }).length,
    ).toBeGreaterThanOrEqual(100);
  });
});
