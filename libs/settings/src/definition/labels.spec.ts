import { findLabelErrors } from './labels.js';

const manyLabels = Object.fromEntries(Array.from({ length: 21 }, (_, at) => [`label-${at}`, 'x']));

describe('findLabelErrors', () => {
  it.each<[Record<string, unknown>, string[]]>([
    [{ region: 'eu', 'app.kubernetes.io-part': 'search', '1': 'one' }, []],
    [{ region: 'ü'.repeat(200) }, []],
    [{ Region: 'eu' }, ['labels.Region: pattern']],
    [{ 'a:b': 'eu' }, ['labels.a:b: pattern']],
    [{ __proto__x: 'eu', '': 'eu' }, ['labels.__proto__x: pattern', 'labels.: pattern']],
    [{ ['a'.repeat(64)]: 'eu' }, [`labels.${'a'.repeat(64)}: pattern`]],
    [{ region: '' }, ['labels.region: type']],
    [{ region: 5, tier: null }, ['labels.region: type', 'labels.tier: type']],
    [{ region: 'x'.repeat(201) }, ['labels.region: max_length']],
    [manyLabels, ['labels: too_many']],
  ])('returns for %j the errors %j', (labels, errors) => {
    expect(findLabelErrors(labels).map(({ field, rule }) => `${field}: ${rule}`)).toEqual(errors);
  });

  it('lets a change remove labels with null, and name more labels than a tenant may have', () => {
    expect(findLabelErrors({ ...manyLabels, tier: null }, { mayRemove: true })).toEqual([]);
    expect(findLabelErrors({ TIER: null }, { mayRemove: true })).toHaveLength(1);
  });
});
