import { waysBackOf } from './ways-back.js';

const entry = (id: number, action: string, more: object = {}) => ({
  id,
  action,
  tenant_id: 'acme' as string | null,
  target: 'acme',
  before: null,
  ...more,
});

it('only the newest change of a tenant has a way back', () => {
  const ways = waysBackOf([
    entry(3, 'configuration.update'),
    entry(2, 'configuration.update', { tenant_id: 'other' }),
    entry(1, 'configuration.rollback'),
  ]);
  expect([...ways.keys()]).toEqual([3, 2]);
  expect(ways.get(3)).toEqual({ kind: 'configuration', tenantId: 'acme' });
});

it('an act on a tenant goes back to the fields that it had before', () => {
  const before = { status: 'active' };
  const ways = waysBackOf([
    entry(4, 'tenant.suspend', { before }),
    entry(3, 'tenant.update', { tenant_id: 'other', before: { deleted_at: null } }),
    entry(2, 'tenant.create', { tenant_id: 'third' }),
    entry(1, 'tenant.delete', { tenant_id: 'fourth', before }),
  ]);
  expect([...ways]).toEqual([[4, { kind: 'tenant', tenantId: 'acme', change: before }]]);
});

it.each([
  ['bulk.start', 'b1', '/bulk-updates/b1'],
  ['rollout.promote', 'r1', '/rollouts/r1'],
  ['plan.update', 'pro', '/plans/pro'],
  ['model.retire', 'gpt/4', '/models/gpt%2F4'],
  ['defaults.update', 'defaults', '/defaults'],
  ['plan.delete', 'pro', undefined],
  ['key.revoke', 'k1', undefined],
])('the act %s on %s has its way back at %p', (action, target, path) => {
  const way = waysBackOf([entry(1, action, { tenant_id: null, target })]).get(1);
  expect(way).toEqual(path === undefined ? undefined : { kind: 'screen', path });
});
