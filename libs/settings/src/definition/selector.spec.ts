import { initialSettings } from '../../testing/settings-builders.js';
import { settingNames } from './setting-names.js';
import { type Selector, matchesSelector, findSelectorSyntaxErrors } from './selector.js';

const acme = {
  tenantId: 'acme',
  plan: 'pro',
  labels: { region: 'eu' },
  settings: { ...initialSettings(), temperature: 0.3 },
};

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
    [{ labels: { region: 'eu' } }, true],
    [{ labels: { region: ['us', 'eu'] } }, true],
    [{ labels: { region: ['us'] } }, false],
    [{ labels: { region: 'eu', tier: 'gold' } }, false],
    [{ labels: { toString: 'eu' } }, false],
  ])('evaluates %j to %j for a tenant on the plan pro', (selector, isSelected) => {
    expect(matchesSelector(selector, acme)).toBe(isSelected);
  });
});

it('matchesSelector treats a tenant whose copy has no labels as one without labels', () => {
  const { labels: _labels, ...unlabelled } = acme;
  expect(matchesSelector({ labels: { region: 'eu' } }, unlabelled)).toBe(false);
  expect(matchesSelector({ all: true }, unlabelled)).toBe(true);
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
    [{ labels: { region: 'eu' } }, []],
    [{ labels: {} }, ['selector: required']],
    [{ labels: { region: [] } }, ['selector.labels.region: required']],
    [
      { labels: { Region: ['eu', 1] } },
      ['selector.labels.Region: pattern', 'selector.labels.Region: pattern', 'selector.labels.Region: type'],
    ],
    [{ labels: { region: Array.from({ length: 101 }, String) } }, ['selector.labels.region: too_many']],
    [
      { labels: Object.fromEntries(Array.from({ length: 21 }, (_, at) => [`l${at}`, 'x'])) },
      ['selector.labels: too_many'],
    ],
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
