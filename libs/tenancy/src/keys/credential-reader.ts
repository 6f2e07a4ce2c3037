import { Injectable } from '@nestjs/common';
import { type CachePart, CoherentCache, type Versioned } from '#cache';
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

interface Row {
  readonly id: string;
  readonly tenant_id: string | null;
  readonly role: Role;
  readonly secret: string;
  readonly expires_at: Date | null;
  readonly version: number;
}

const mostCredentials = 50_000;

/** API keys by id, from the coherent cache. */
@Injectable()
export class CredentialReader {
  private readonly part: CachePart<Credential>;

  constructor(
    cache: CoherentCache,
    private readonly database: Database,
  ) {
    this.part = cache.part('credential', (ids) => this.load(ids), { maxEntries: mostCredentials });
  }

  /** The held entry; null or undefined when the key is not known here, or not any more. */
  peek(id: string): Versioned<Credential> | null | undefined {
    return this.part.peek(id);
  }

  get(id: string): Promise<Versioned<Credential> | null> {
    return this.part.get(id);
  }

  private async load(ids: readonly string[]): Promise<Map<string, Versioned<Credential>>> {
    const sql = `SELECT k.id, f.tenant_id, f.role, encode(f.secret_sha256, 'hex') AS secret, f.expires_at,
        f.version::float8 AS version
      FROM unnest($1::text[]) AS k (id) CROSS JOIN LATERAL attune_find_api_key(k.id) f`;
    const rows = await this.database.readGlobal(() => this.database.query<Row>(sql, [ids]));
    return new Map(rows.map((row) => [row.id, credentialOf(row)]));
  }
}

function credentialOf({
  tenant_id: tenantId,
  role,
  secret,
  expires_at: expires,
  version,
}: Row): Versioned<Credential> {
  return { version, value: { tenantId, role, secretSha256: secret, expiresAt: expires?.getTime() ?? null } };
}
