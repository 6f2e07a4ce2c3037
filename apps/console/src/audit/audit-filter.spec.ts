import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { actionKinds, toAuditQuery } from './audit-filter.js';

const migrations = join(import.meta.dirname, '../../../../migrations');

const none = { actor: '', tenant_id: '', action: '', from: '', to: '' };

it('only filters that are set are sent, and no action that is half typed', () => {
  expect(toAuditQuery({ ...none, actor: ' key:1 ', action: 'key.' })).toEqual({ actor: 'key:1' });
  expect(toAuditQuery({ ...none, action: 'key.*', tenant_id: 'acme-law' })).toEqual({
    action: 'key.*',
    tenant_id: 'acme-law',
  });
});

it('an actor that is neither an actor of the API nor a name is not sent', () => {
  expect(toAuditQuery({ ...none, actor: 'Ada' })).toEqual({});
});

it('the last day is part of what is shown', () => {
  const { from, to } = toAuditQuery({ ...none, from: '2026-11-29', to: '2026-11-29' });
  expect(new Date(to!).getTime() - new Date(from!).getTime()).toBe(86_400_000);
});

it('a day that does not exist is no filter', () => {
  expect(toAuditQuery({ ...none, from: 'yesterday' })).toEqual({});
});

it('the menu has every kind of act that the database writes', () => {
  const sql = readdirSync(migrations).map((name) => readFileSync(join(migrations, name), 'utf8'));
  const kinds = sql.flatMap((text) =>
    [...text.matchAll(/^select attune_audit\('\w+', '(\w+)'|attune_local\('address'\), '(\w+)\.\w+'/gm)].map(
      ([, ofTable, ofAct]) => `${ofTable ?? ofAct}.*`,
    ),
  );
  expect(actionKinds.toSorted()).toEqual([...new Set(kinds)].toSorted());
});
