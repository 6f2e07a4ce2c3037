import { Injectable } from '@nestjs/common';
import { type CacheRegion, CoherentCache, type Versioned } from '#cache';
import { Database } from '#database';
import type { Role, Scope } from '#http';
import { KeyRepository, type StoredCredential } from './key.repository.js';

/** The stored half of an API key, against which requests are checked. */
export interface Credential {
  readonly tenantId: string | null;
  readonly role: Role;
  /** null: everything that the role may do. */
  readonly scopes: readonly Scope[] | null;
  readonly name: string;
  readonly secretSha256: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number | null;
}

const maxCachedCredentials = 50_000;

/** API keys by id, from the coherent cache. */
@Injectable()
export class CredentialReader {
  private readonly region: CacheRegion<Credential>;

  constructor(
    cache: CoherentCache,
    private readonly database: Database,
    private readonly repository: KeyRepository,
  ) {
    this.region = cache.region('credential', (ids) => this.load(ids), { maxEntries: maxCachedCredentials });
  }

  /** The cached entry, synchronously. Null: there is no such key. Undefined: not cached. */
  peek(id: string): Versioned<Credential> | null | undefined {
    return this.region.peek(id);
  }

  get(id: string): Promise<Versioned<Credential> | null> {
    return this.region.get(id);
  }

  private async load(ids: readonly string[]): Promise<Map<string, Versioned<Credential>>> {
    const rows = await this.database.readGlobal(() => this.repository.findCredentials(ids));
    return new Map(rows.map((row) => [row.id, toVersionedCredential(row)]));
  }
}

function toVersionedCredential({
  tenant_id: tenantId,
  role,
  scopes,
  name,
  secret_sha256: secretSha256,
  expires_at: expires,
  version,
}: StoredCredential): Versioned<Credential> {
  const expiresAt = expires?.getTime() ?? null;
  return { version, value: { tenantId, role, scopes, name, secretSha256, expiresAt } };
}
