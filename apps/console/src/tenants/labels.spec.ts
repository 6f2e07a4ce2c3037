import { labelsPatch, labelsText, parseLabels } from './labels.js';

it('labels are read as they are written, with spaces and colons in values', () => {
  const labels = { region: 'eu', url: 'https://x', team: 'two words' };
  expect(parseLabels(labelsText(labels))).toEqual(labels);
  expect(parseLabels(' ')).toEqual({});
});

it('a part that is no label is a fault', () => {
  expect(parseLabels('region:eu, gold')).toBeNull();
  expect(parseLabels('Region:eu')).toBeNull();
  expect(parseLabels('region:')).toBeNull();
});

it('the patch holds only what differs, and null for a label that is gone', () => {
  expect(labelsPatch({ a: '1', b: '2', c: '3' }, { a: '1', b: '9', d: '4' })).toEqual({
    b: '9',
    d: '4',
    c: null,
  });
});
