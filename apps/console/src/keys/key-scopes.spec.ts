import { lastDayOf, scopeWords, scopesOf, toExpiry } from './key-scopes.js';

it('a member key is offered no scope that only admins can use', () => {
  expect(scopesOf('member')).toEqual(expect.not.arrayContaining(['keys:write', 'config:write']));
  expect(scopesOf('tenant_admin')).toHaveLength(Object.keys(scopeWords).length);
});

it('a key works until the end of its last day in UTC, in every time zone', () => {
  expect(toExpiry('2026-12-31')).toBe('2027-01-01T00:00:00.000Z');
  expect(toExpiry('')).toBeUndefined();
});

it('the second key of a rotation has the last day of the first, and none if the first has expired', () => {
  const now = Date.parse('2026-11-29T00:00:00Z');
  expect(lastDayOf('2027-01-01T00:00:00.000Z', now)).toBe('2026-12-31');
  expect(lastDayOf('2026-11-28T00:00:00.000Z', now)).toBe('');
  expect(lastDayOf(null, now)).toBe('');
});
