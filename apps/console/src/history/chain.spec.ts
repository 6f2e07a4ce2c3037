import { type HistoryCheck, sealOf } from './chain.js';

const brokenOf = (tenant: string, version: number): HistoryCheck => ({
  ok: false,
  tenants: 3,
  entries: 20,
  first_broken: { tenant_id: tenant, version, fault: 'hash', message: 'its contents do not match its hash' },
});
const whole: HistoryCheck = { ok: true, tenants: 3, entries: 20, first_broken: null };

const sealsOf = (result: HistoryCheck | undefined, newest = 4) =>
  [1, 2, 3, 4].map((version) => sealOf(version, 'acme-law', result && { result, newest }));

it('every version is sealed, and verified once the check found no broken one', () => {
  expect(sealsOf(undefined)).toEqual(['sealed', 'sealed', 'sealed', 'sealed']);
  expect(sealsOf(whole)).toEqual(['verified', 'verified', 'verified', 'verified']);
});

it('a version that was saved after the check is only sealed', () => {
  expect(sealsOf(whole, 3)).toEqual(['verified', 'verified', 'verified', 'sealed']);
});

it('the check has verified what is before the broken version, and nothing after it', () => {
  expect(sealsOf(brokenOf('acme-law', 3))).toEqual(['verified', 'verified', 'broken', 'sealed']);
});

it('a check that ended at the history of another tenant says nothing of this one', () => {
  expect(sealsOf(brokenOf('globex', 2))).toEqual(['sealed', 'sealed', 'sealed', 'sealed']);
});
