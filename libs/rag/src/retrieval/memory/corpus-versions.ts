import { type CacheRegion, CoherentCache, type Versioned } from '#cache';
import { Database, allTenants } from '#database';
import type { CorpusRepository } from './corpus.repository.js';

/** The version of a tenant that has no documents and never had any. */
export const noCorpus = 0;

/** The entry of the cache has nothing but its version. */
type CorpusVersion = Record<string, never>;

const maxEntries = 50_000;

/** The version of each tenant's corpus, as far as this process knows: from the coherent cache. */
export class CorpusVersions {
  private readonly region: CacheRegion<CorpusVersion>;

  constructor(
    cache: CoherentCache,
    private readonly database: Database,
    private readonly repository: CorpusRepository,
  ) {
    this.region = cache.region('corpus', (ids) => this.load(ids), { maxEntries });
  }

  /** undefined: not known. It is then read in the background. */
  peek(tenantId: string): number | undefined {
    const entry = this.region.peek(tenantId);
    if (entry !== undefined) return entry?.version ?? noCorpus;
    void this.region.get(tenantId).catch(() => undefined);
    return undefined;
  }

  /** The database had this version. Ignored if a newer one is known. */
  put(tenantId: string, version: number): void {
    if (version !== noCorpus) this.region.put(tenantId, { version, value: {} });
  }

  private async load(tenantIds: readonly string[]): Promise<Map<string, Versioned<CorpusVersion>>> {
    const rows = await this.database.readAsPlatform(allTenants, () =>
      this.repository.readVersions(tenantIds),
    );
    return new Map(rows.map(({ tenant_id: id, version }) => [id, { version, value: {} }]));
  }
}
