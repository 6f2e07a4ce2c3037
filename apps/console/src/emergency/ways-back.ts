import type { Schema } from '../api/operations.js';

type Entry = Pick<Schema<'AuditEntryResponse'>, 'id' | 'action' | 'tenant_id' | 'target' | 'before'>;

/** How an act is taken back: in place, or on the screen of what it changed. */
export type WayBack =
  | { readonly kind: 'configuration'; readonly tenantId: string }
  | { readonly kind: 'tenant'; readonly tenantId: string; readonly change: Record<string, unknown> }
  | { readonly kind: 'screen'; readonly path: string };

const tenantFields = new Set(['name', 'labels', 'plan', 'status', 'approval_required']);
const screens: Readonly<Record<string, (target: string) => string>> = {
  bulk: (id) => `/bulk-updates/${id}`,
  rollout: (id) => `/rollouts/${id}`,
  plan: (id) => `/plans/${encodeURIComponent(id)}`,
  model: (id) => `/models/${encodeURIComponent(id)}`,
  defaults: () => '/defaults',
};

/** The ways back from acts that are listed newest first, by id. Of a tenant's changes only the newest can be undone, because the undo takes the newest version back. */
export function waysBackOf(entries: readonly Entry[]): ReadonlyMap<number, WayBack> {
  const seen = new Set<string>();
  const ways = new Map<number, WayBack>();
  for (const entry of entries) {
    const way = wayBackOf(entry);
    const subject = `${way?.kind} ${entry.tenant_id}`;
    if (way === null || (way.kind !== 'screen' && seen.has(subject))) continue;
    seen.add(subject);
    ways.set(entry.id, way);
  }
  return ways;
}

function wayBackOf({ action, tenant_id: tenantId, target, before }: Entry): WayBack | null {
  const [kind = ''] = action.split('.');
  if (action.endsWith('.delete')) return null;
  if (kind === 'configuration' && tenantId !== null) return { kind: 'configuration', tenantId };
  if (kind === 'tenant') return tenantWayBack(tenantId, before);
  const path = screens[kind]?.(target);
  return path === undefined ? null : { kind: 'screen', path };
}

/** The fields of a tenant as they were before. */
function tenantWayBack(tenantId: string | null, before: Entry['before']): WayBack | null {
  const change = before ?? {};
  const fields = Object.keys(change);
  if (tenantId === null || fields.length === 0 || !fields.every((field) => tenantFields.has(field)))
    return null;
  return { kind: 'tenant', tenantId, change };
}
