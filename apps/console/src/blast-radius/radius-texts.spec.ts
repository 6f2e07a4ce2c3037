import { texts } from './blast-radius.texts.js';
import { radiusTexts } from './radius-texts.js';

const none = { changed: 0, sample: [] };

it('says how many tenants get another value, and only the troubles that there are', () => {
  expect(radiusTexts({ matched: 16, changed: 15, failing: 0, approval_required: none })).toEqual([
    '15 of 16 tenants would get another value.',
  ]);
  expect(
    radiusTexts({ matched: 16, changed: 15, failing: 1, approval_required: { changed: 2, sample: [] } }),
  ).toEqual(expect.arrayContaining(['Queries of 1 tenant would fail.']));
});

it('the button carries the number', () => {
  expect([0, 1, 812].map((count) => texts.actWithCount('Save', count))).toEqual([
    'Save, no tenant changes',
    'Save, 1 tenant changes',
    'Save, 812 tenants change',
  ]);
});
