import type { QueryOf } from '../api/operations.js';
import { isActor } from './actor-filter.js';
import { searchText } from '../url-state/search-values.js';

type AuditQuery = QueryOf<'/v1/platform/audit', 'get'>;

/** The filters of the audit log are those of the API, and live in the URL. `from` and `to` are days of the reader's zone. */
export const auditSearch = {
  actor: searchText,
  tenant_id: searchText,
  action: searchText,
  from: searchText,
  to: searchText,
};

export type AuditFilter = { readonly [Name in keyof typeof auditSearch]: string };

/** Every act. */
export const noFilter: AuditFilter = { actor: '', tenant_id: '', action: '', from: '', to: '' };

/** A whole act, `key.revoke`, or a kind of acts, `key.*`. */
const actionPattern = /^[a-z_]+\.([a-z_]+|\*)$/;
/** False for a text that the API does not take, such as a half-typed act. */
export const isAction = (text: string): boolean => text === '' || actionPattern.test(text);

const dayMs = 86_400_000;

/** The kinds of acts, for the menu. */
export const actionKinds = [
  'tenant.*',
  'configuration.*',
  'change_request.*',
  'golden_question.*',
  'key.*',
  'session.*',
  'identity_connection.*',
  'identity_mapping.*',
  'webhook.*',
  'reindexing.*',
  'replay.*',
  'usage.*',
  'plan.*',
  'model.*',
  'defaults.*',
  'bulk.*',
  'rollout.*',
  'backup.*',
] as const;

/** The query of the API. `to` is a whole day: the API's end is the beginning of the next one. */
export function toAuditQuery({ actor, tenant_id: tenant, action, from, to }: AuditFilter): AuditQuery {
  return {
    ...(actor.trim() !== '' && isActor(actor.trim()) && { actor: actor.trim() }),
    ...(tenant.trim() !== '' && { tenant_id: tenant.trim() }),
    ...(actionPattern.test(action) && { action }),
    ...timeOf('from', from, 0),
    ...timeOf('to', to, dayMs),
  };
}

function timeOf(name: 'from' | 'to', day: string, laterMs: number): AuditQuery {
  const midnight = new Date(`${day}T00:00:00`).getTime();
  return Number.isNaN(midnight) ? {} : { [name]: new Date(midnight + laterMs).toISOString() };
}
