import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import {
  type Page,
  PageQuery,
  decodeCursor,
  defaultPageLimit,
  isTimestamp,
  toPage,
  type Principal,
} from '#http';
import { Clock, InvalidInputError, NotFoundError } from '#kernel';
import { formatApiKey, generateApiKey, isApiKeyId, parseApiKey, sha256Hex } from './api-key.js';
import { type KeyRecord, KeyRepository } from './key.repository.js';
import type { KeyRequest } from './key.request.js';
import type { IssuedKeyResponse, KeyResponse } from './key.response.js';

/** A key to create. */
export interface KeyInput {
  readonly name: string;
  readonly role: 'member' | 'tenant_admin';
  /** RFC 3339, in the future; null for a key that never expires. */
  readonly expires_at: string | null;
}

/** A new key. `key` is `atn_<id>_<secret>`; it is stored nowhere, so this is the only time it can be shown. */
export interface IssuedKey extends KeyRecord {
  readonly key: string;
}

/**
 * A tenant's API keys: its own admins and platform admins create, list and revoke them.
 *
 * ```ts
 * const input = { name: 'web shop', role: 'member', expires_at: null } as const;
 * const { key } = await database.asPlatform(tenantId, () => keys.issue(tenantId, input, 'system'));
 * ```
 */
@Injectable()
export class KeysService {
  constructor(
    private readonly database: Database,
    private readonly repository: KeyRepository,
    private readonly clock: Clock,
  ) {}

  /**
   * The tenant's keys without their secrets, newest first.
   *
   * @throws InvalidInputError when the cursor does not come from this list.
   */
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

  /**
   * Creates a key in a transaction of its own.
   *
   * @throws InvalidInputError when `expires_at` is not in the future.
   */
  async issueForTenant(tenantId: string, request: KeyRequest, author: Principal): Promise<IssuedKeyResponse> {
    const { name, role, expires_at = null } = request;
    const work = () => this.issue(tenantId, { name, role, expires_at }, author.actor);
    const { id, key, expires_at: expires } = await this.database.asTenant(tenantId, work, author);
    return { id, name, role, expires_at: expires?.toISOString() ?? null, key };
  }

  /**
   * Creates a key in the caller's transaction; the key works once that is committed. `actor` is the creator, as the audit log
   * names it.
   *
   * @throws InvalidInputError when `expires_at` is not in the future.
   */
  async issue(tenantId: string, { name, role, expires_at }: KeyInput, actor: string): Promise<IssuedKey> {
    const expiresAt = expires_at === null ? null : this.parseFutureTime(expires_at);
    const key = generateApiKey();
    const secretSha256 = sha256Hex(key.secret);
    const newKey = { id: key.id, tenantId, name, role, expiresAt, secretSha256, createdBy: actor };
    return { ...(await this.repository.insert(newKey)), key: formatApiKey(key) };
  }

  /**
   * Deletes a key. Every replica refuses it as soon as it learns of the change, normally within milliseconds.
   *
   * @throws NotFoundError when the tenant has no such key.
   */
  revoke(tenantId: string, id: string, author: Principal): Promise<void> {
    const work = async (): Promise<void> => {
      if (!isApiKeyId(id) || !(await this.repository.delete(tenantId, id)))
        throw new NotFoundError('There is no such API key.');
    };
    return this.database.asTenant(tenantId, work, author);
  }

  /** True if this is a key of the tenant with this role and has not expired. Reads in the caller's transaction. */
  async isValid(tenantId: string, role: KeyInput['role'], text: string): Promise<boolean> {
    const key = parseApiKey(text);
    if (!key) return false;
    const [stored] = await this.repository.findCredentials([key.id]);
    return (
      stored?.tenant_id === tenantId &&
      stored.role === role &&
      stored.secret_sha256 === sha256Hex(key.secret) &&
      (stored.expires_at === null || stored.expires_at.getTime() > this.clock.now())
    );
  }

  private parseFutureTime(text: string): Date {
    const time = new Date(text);
    if (time.getTime() > this.clock.now()) return time;
    const message = 'expires_at must be a time in the future.';
    throw new InvalidInputError([{ field: 'expires_at', rule: 'min', message, value: text }]);
  }
}

function toResponse({ expires_at, created_at, last_used_at, ...key }: KeyRecord): KeyResponse {
  return {
    ...key,
    expires_at: expires_at?.toISOString() ?? null,
    created_at: created_at.toISOString(),
    last_used_at: last_used_at?.toISOString() ?? null,
  };
}
