import { call } from '../api/client.js';
import { readDraft, writeDraft } from '../draft/draft-store.js';
import { withValue } from '../draft/patch.js';
import type { PaletteAct } from './entries.js';

/** Puts a value into the tenant's draft, as the configuration screen does. It is saved only after its review. */
export async function draftSetting(
  { tenantId, setting, value }: Extract<PaletteAct, { kind: 'set' }>,
  isPlatform: boolean,
): Promise<void> {
  const query = { include: 'sources' } as const;
  const { data } = isPlatform
    ? await call('get', '/v1/platform/tenants/{tenant_id}/config', { params: { tenant_id: tenantId }, query })
    : await call('get', '/v1/config', { query });
  const draft = readDraft(tenantId) ?? { baseVersion: data.version, patch: {} };
  const own = (data.own ?? {}) as Readonly<Record<string, unknown>>;
  writeDraft(tenantId, { ...draft, patch: withValue(draft.patch, own, setting, value) });
}
