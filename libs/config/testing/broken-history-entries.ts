import type { TestStore } from './test-stores.js';

/** The versions whose entry is not chained to the one before, or whose hash or digest is not that of its contents. */
export async function findBrokenEntries({ asSuperuser }: TestStore, tenantId: string): Promise<number[]> {
  const rows = await asSuperuser<{ version: number }>(
    `SELECT h.version::int AS version FROM tenant_configuration_history h
     LEFT JOIN tenant_configuration_history b ON b.tenant_id = h.tenant_id AND b.version = h.version - 1
     WHERE h.tenant_id = $1 AND (
       h.hash IS DISTINCT FROM attune_history_hash(h)
       OR h.previous_hash IS DISTINCT FROM b.hash
       OR (h.version > 1) <> (b.version IS NOT NULL)
       OR h.settings_sha256 <> coalesce(sha256(convert_to(h.settings::text, 'UTF8')), h.settings_sha256))
     ORDER BY 1`,
    [tenantId],
  );
  return rows.map(({ version }) => version);
}
