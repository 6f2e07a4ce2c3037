import { Injectable } from '@nestjs/common';
import { type Author, Database, allTenants } from '#database';
import {
  type Page,
  PageQuery,
  decodeCursor,
  defaultPageLimit,
  isTimestamp,
  toPage,
  type Principal,
  type Role,
  type Scope,
} from '#http';
import { Clock, ConflictError, ForbiddenError, InvalidInputError, NotFoundError, SystemClock } from '#kernel';
import { formatApiKey, generateApiKey, isApiKeyId, parseApiKey, sha256Hex } from './api-key.js';
import { type KeyOwner, type KeyRecord, KeyRepository } from './key.repository.js';
import type { KeyRequest, PlatformKeyRequest } from './key.request.js';
import type { IssuedKeyResponse, KeyResponse } from './key.response.js';

/** Applications, pipelines and people of one tenant, or of the platform; expired keys count until they are deleted. */
const maxKeys = 200;

/** A key to create. */
export interface KeyInput {
  readonly name: string;
  /** A role of the platform for a key of the platform, else one of a tenant. */
  readonly role: Role;
  /** What the key is restricted to; absent or null for everything that the role may do. */
  readonly scopes?: readonly Scope[] | null;
  /** RFC 3339, in the future; null for a key that never expires. */
  readonly expires_at: string | null;
}

/** A new key. `key` is `atn_<id>_<secret>`; it is stored nowhere, so this is the only time it can be shown. */
export interface IssuedKey extends KeyRecord {
  readonly key: string;
}

/**
 * API keys: a tenant's own admins and platform admins create, list and revoke them. `tenantId` null means the platform's own keys.
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

  /** For programs without Nest, such as the command line. */
  static forDatabase(database: Database): KeysService {
    return new KeysService(database, new KeyRepository(database), new SystemClock());
  }

  /**
   * The keys without their secrets, newest first.
   *
   * @throws InvalidInputError when the cursor does not come from this list.
   */
  async list(
    tenantId: KeyOwner,
    { limit = defaultPageLimit, cursor }: PageQuery,
  ): Promise<Page<KeyResponse>> {
    const before = cursor === undefined ? null : decodeCursor(cursor, isTimestamp, isApiKeyId);
    const work = () => this.repository.list(tenantId, limit + 1, before);
    const rows = await (tenantId === null
      ? this.database.listAsPlatform(allTenants, work)
      : this.database.listAsTenant(tenantId, work));
    return toPage(rows, limit, {
      item: toResponse,
      keys: ({ created_at: at, id }) => [at.toISOString(), id],
    });
  }

  /**
   * Creates a key in a transaction of its own.
   *
   * @throws InvalidInputError when `expires_at` is not in the future. @throws ConflictError when the tenant, or the platform, has 200 keys.
   * @throws ForbiddenError when the author's own key is restricted to scopes and the new key would have others.
   */
  async issueAlone(
    tenantId: KeyOwner,
    request: KeyRequest | PlatformKeyRequest,
    author: Principal,
  ): Promise<IssuedKeyResponse> {
    const { name, role, expires_at = null } = request;
    const requested = 'scopes' in request ? (request.scopes ?? null) : null;
    assertMayGrant(requested, author);
    const work = async (): Promise<IssuedKey> => {
      if (!(await this.repository.isBelowLimit(tenantId, maxKeys))) throw tooManyKeysError();
      const scopes = requested === null ? null : [...new Set(requested)];
      return this.issue(tenantId, { name, role, scopes, expires_at }, author.actor);
    };
    const { id, key, expires_at: expires } = await this.write(tenantId, work, author);
    return { id, name, role, expires_at: expires?.toISOString() ?? null, key };
  }

  /**
   * Creates a key in the caller's transaction; the key works once that is committed. `actor` is the creator, as the audit log
   * names it.
   *
   * @throws InvalidInputError when `expires_at` is not in the future.
   */
  async issue(
    tenantId: KeyOwner,
    { name, role, scopes = null, expires_at }: KeyInput,
    actor: string,
  ): Promise<IssuedKey> {
    this.assertExpiryInFuture(expires_at);
    const expiresAt = expires_at === null ? null : new Date(expires_at);
    const key = generateApiKey();
    const secretSha256 = sha256Hex(key.secret);
    const newKey = { id: key.id, tenantId, name, role, scopes, expiresAt, secretSha256, createdBy: actor };
    return { ...(await this.repository.insert(newKey)), key: formatApiKey(key) };
  }

  /**
   * Deletes a key. Every replica refuses it as soon as the change has reached it, normally within milliseconds.
   *
   * @throws NotFoundError when the tenant, or the platform, has no such key.
   * @throws ConflictError when a tenant's key would revoke the tenant's last admin key, or it is the platform's last admin key. An admin
   * with a JWT may revoke a tenant's last key, and so may a platform admin: they do not need it to sign in.
   */
  revoke(tenantId: KeyOwner, id: string, author: Principal): Promise<void> {
    const mustKeepOne = tenantId === null || (author.tenantId !== null && author.actor.startsWith('key:'));
    const work = async (): Promise<void> => {
      if (mustKeepOne) await this.assertNotLastAdminKey(tenantId, id);
      await this.delete(tenantId, id);
    };
    return this.write(tenantId, work, author);
  }

  private async delete(tenantId: KeyOwner, id: string): Promise<void> {
    if (!isApiKeyId(id) || !(await this.repository.delete(tenantId, id)))
      throw new NotFoundError('There is no such API key.');
  }

  private async assertNotLastAdminKey(tenantId: KeyOwner, id: string): Promise<void> {
    const keys = await this.repository.lockValidAdminKeys(tenantId, new Date(this.clock.now()));
    if (keys.length > 1 || keys[0] !== id) return;
    throw new ConflictError(
      tenantId === null
        ? 'This is the last admin key of the platform. Create another with POST /v1/platform/api-keys first.'
        : 'This is the last admin key of the tenant; without it, no key of the tenant could create another one. Create one with POST /v1/api-keys and use it to revoke this one, or ask a platform admin to revoke it.',
    );
  }

  private write<T>(tenantId: KeyOwner, work: () => Promise<T>, author: Author): Promise<T> {
    return tenantId === null
      ? this.database.asPlatform(allTenants, work, author)
      : this.database.asTenant(tenantId, work, author);
  }

  /**
   * Creates a key of the platform in the name of the database user.
   *
   * @throws InvalidInputError when `expires_at` is not a time in the future.
   */
  issueAsOperator(input: KeyInput): Promise<IssuedKey> {
    const work = async () => this.issue(null, input, await this.repository.currentActor());
    return this.database.asPlatform(allTenants, work);
  }

  /**
   * Deletes a key of the platform in the name of the database user, also the last one.
   *
   * @throws NotFoundError when there is no such key.
   */
  revokeAsOperator(id: string): Promise<void> {
    return this.database.asPlatform(allTenants, () => this.delete(null, id));
  }

  /** True if this is a key of the tenant with this role and has not expired. Reads in the caller's transaction. */
  async isValid(tenantId: string, role: Role, text: string): Promise<boolean> {
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

  /** @throws InvalidInputError when the time has passed. */
  assertExpiryInFuture(text: string | null | undefined): void {
    if (text === null || text === undefined || Date.parse(text) > this.clock.now()) return;
    const message = 'expires_at must be a time in the future.';
    throw new InvalidInputError([{ field: 'expires_at', rule: 'min', message, value: text }]);
  }
}

/** A key cannot open more than its maker. */
function assertMayGrant(requested: readonly Scope[] | null, { scopes: own }: Principal): void {
  if (own === undefined) return;
  const beyond = requested?.filter((scope) => !own.includes(scope)) ?? [];
  if (requested !== null && beyond.length === 0) return;
  const problem = requested === null ? 'name its scopes' : `leave out ${beyond.join(', ')}`;
  throw new ForbiddenError(
    `Your key is restricted to ${own.join(', ')}, and a new key cannot have more: ${problem}.`,
  );
}

function tooManyKeysError(): ConflictError {
  const message = `There are ${maxKeys} API keys, and there can be no more. Delete one that is no longer used.`;
  return new ConflictError(message, { limit: maxKeys });
}

function toResponse({ expires_at, created_at, last_used_at, ...key }: KeyRecord): KeyResponse {
  return {
    ...key,
    expires_at: expires_at?.toISOString() ?? null,
    created_at: created_at.toISOString(),
    last_used_at: last_used_at?.toISOString() ?? null,
  };
}
