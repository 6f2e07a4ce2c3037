import { applyChanges, mappingFault, searchChanges, toMapping, toggleRemoved } from './mapping-changes.js';
import type { Mapping } from './use-connections.js';

const stored: readonly Mapping[] = [
  { id: 'a', claim: null, value: 'operators', role: 'platform_admin', tenant_id: null },
  { id: 'b', claim: 'roles', value: 'lawyers', role: 'member', tenant_id: 'acme-law' },
];
const added = { value: 'support', role: 'platform_reader' as const };

it('mapping changes leave out what is removed and append what is added', () => {
  expect(applyChanges(stored, { remove: ['a'], add: [added] })).toEqual([
    { claim: 'roles', value: 'lawyers', role: 'member', tenant_id: 'acme-law' },
    added,
  ]);
});

it('a mapping that is removed twice is kept', () => {
  const once = toggleRemoved({ remove: [], add: [] }, 'a');
  expect(once.remove).toEqual(['a']);
  expect(toggleRemoved(once, 'a').remove).toEqual([]);
});

it('mapping changes survive the URL, and a broken URL is no change', () => {
  const changes = { remove: ['a'], add: [added] };
  expect(searchChanges.read(searchChanges.write(changes))).toEqual(changes);
  expect(searchChanges.write({ remove: [], add: [] })).toBeNull();
  for (const text of ['{', '{"remove":1}', 'null'])
    expect(searchChanges.read(text)).toEqual({ remove: [], add: [] });
});

it.each([
  [{ value: ' ', role: 'platform_admin' as const }, null, 'Enter the value of the claim.'],
  [{ value: 'x', role: 'member' as const }, null, 'A role of a tenant needs the id of the tenant.'],
  [{ value: 'x', role: 'member' as const, tenant_id: 'acme-law' }, null, null],
  [{ value: 'x', role: 'member' as const }, 'acme-law', null],
  [
    { value: 'x', role: 'platform_admin' as const },
    'acme-law',
    'A connection of a tenant gives no role of the platform.',
  ],
  [{ value: 'x', role: 'platform_admin' as const }, null, null],
])('the mapping %j at a connection of %p has the fault %p', (mapping, tenant, fault) => {
  expect(mappingFault(mapping, tenant)).toBe(fault);
});

it.each([
  [{ claim: ' ', value: ' staff ', role: 'member', tenant: ' acme ' }, null, [null, 'staff', 'acme']],
  [{ claim: 'roles', value: 'a', role: 'platform_admin', tenant: 'acme' }, null, ['roles', 'a', null]],
  [{ claim: '', value: 'a', role: 'member', tenant: 'other' }, 'acme', [null, 'a', 'acme']],
] as const)(
  'the form %j at a connection of %p becomes the claim, value and tenant %j',
  (form, own, expected) => {
    const { claim, value, tenant_id: tenant } = toMapping(form, own);
    expect([claim, value, tenant]).toEqual(expected);
  },
);
