import { Injectable } from '@nestjs/common';
import { type CacheRegion, CoherentCache, type Versioned } from '#cache';
import { Database } from '#database';
import type { Role } from '../access/principal.js';

/** What a request is checked against. */
export interface Credential {
  readonly tenantId: string | null;
  readonly role: Role;
  readonly secretSha256: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number | null;
}

interface CredentialRow {
  readonly id: string;
  readonly tenant_id: string | null;
  readonly role: Role;
  readonly secret: string;
  readonly expires_at: Date | null;
  readonly version: number;
}

const maxCachedCredentials = 50_000;

/** API keys by id, from the coherent cache. */
@Injectable()
export class CredentialReader {
  private readonly region: CacheRegion<Credential>;

  constructor(
    cache: CoherentCache,
    private readonly database: Database,
  ) {
    this.region = cache.region('credential', (ids) => this.load(ids), { maxEntries: maxCachedCredentials });
  }

  /** The held entry; null or undefined when the key is not known here, or not any more. */
  peek(id: string): Versioned<Credential> | null | undefined {
    return this.region.peek(id);
  }

  get(id: string): Promise<Versioned<Credential> | null> {
    return this.region.get(id);
  }

  private async load(ids: readonly string[]): Promise<Map<string, Versioned<Credential>>> {
    const sql = `SELECT k.id, f.tenant_id, f.role, encode(f.secret_sha256, 'hex') AS secret, f.expires_at,
        f.version::float8 AS version
      FROM unnest($1::text[]) AS k (id) CROSS JOIN LATERAL attune_find_api_key(k.id) f`;
    const rows = await this.database.readGlobal(() => this.database.query<CredentialRow>(sql, [ids]));
    return new Map(rows.map((row) => [row.id, toVersionedCredential(row)]));
  }
}

function toVersionedCredential({
  tenant_id: tenantId,
  role,
  secret,
  expires_at: expires,
  version,
}: CredentialRow): Versioned<Credential> {
  return { version, value: { tenantId, role, secretSha256: secret, expiresAt: expires?.getTime() ?? null } };
}
