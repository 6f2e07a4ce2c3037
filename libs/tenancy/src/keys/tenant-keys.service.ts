import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import { type Page, PageQuery, decodeCursor, defaultPageLimit, toPage, isTimestamp } from '#http';
import type { Principal } from '../access/principal.js';
import { isApiKeyId } from './api-key.js';
import type { IssuedKeyResponse, KeyResponse, KeyRequest } from './key.request.js';
import { type KeyRecord, KeyRepository } from './key.repository.js';
import { KeyService } from './key.service.js';

/** What may be done to a tenant's keys by its own admin, and by a platform admin who names the tenant. */
@Injectable()
export class TenantKeysService {
  constructor(
    private readonly database: Database,
    private readonly keys: KeyService,
    private readonly repository: KeyRepository,
  ) {}

  /** Newest first. */
  async list(tenantId: string, { limit = defaultPageLimit, cursor }: PageQuery): Promise<Page<KeyResponse>> {
    const before = cursor === undefined ? null : decodeCursor(cursor, isTimestamp, isApiKeyId);
    const rows = await this.database.readAsTenant(tenantId, () =>
      this.repository.list(tenantId, limit + 1, before),
    );
    return toPage(rows, limit, {
      item: toResponse,
      keys: ({ created_at: at, id }) => [at.toISOString(), id],
    });
  }

  async issue(tenantId: string, request: KeyRequest, author: Principal): Promise<IssuedKeyResponse> {
    const { name, role, expires_at: expires = null } = request;
    const input = { name, role, expires_at: expires };
    const {
      id,
      key,
      expires_at: expiresAt,
    } = await this.database.asTenant(tenantId, () => this.keys.issue(tenantId, input, author.actor), author);
    return { id, name, role, expires_at: expiresAt?.toISOString() ?? null, key };
  }

  /** @throws NotFoundError when the tenant has no such key. */
  revoke(tenantId: string, id: string, author: Principal): Promise<void> {
    return this.database.asTenant(tenantId, () => this.keys.revoke(tenantId, id), author);
  }
}

function toResponse({
  expires_at: expires,
  created_at: created,
  last_used_at: used,
  ...key
}: KeyRecord): KeyResponse {
  return {
    ...key,
    expires_at: expires?.toISOString() ?? null,
    created_at: created.toISOString(),
    last_used_at: used?.toISOString() ?? null,
  };
}
