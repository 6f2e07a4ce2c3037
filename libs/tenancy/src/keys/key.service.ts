import { Injectable } from '@nestjs/common';
import { Clock, InvalidInputError, NotFoundError } from '#kernel';
import { formatApiKey, isApiKeyId, generateApiKey, sha256Hex } from './api-key.js';
import { type KeyRecord, KeyRepository } from './key.repository.js';

export interface KeyInput {
  readonly name: string;
  readonly role: 'member' | 'tenant_admin';
  /** RFC 3339, in the future. */
  readonly expires_at: string | null;
}

/** A key just made; `key` is shown to its owner and then forgotten. */
export interface IssuedKey extends KeyRecord {
  readonly key: string;
}

/** Makes keys; runs in the caller's transaction. */
@Injectable()
export class KeyService {
  constructor(
    private readonly repository: KeyRepository,
    private readonly clock: Clock,
  ) {}

  /** @throws InvalidInputError when the key would be expired from the start. */
  async issue(
    tenantId: string,
    { name, role, expires_at: expires }: KeyInput,
    actor: string,
  ): Promise<IssuedKey> {
    const expiresAt = expires === null ? null : this.parseFutureTime(expires);
    const key = generateApiKey();
    const secretSha256 = sha256Hex(key.secret);
    const record = await this.repository.insert({
      id: key.id,
      tenantId,
      name,
      role,
      expiresAt,
      secretSha256,
      createdBy: actor,
    });
    return { ...record, key: formatApiKey(key) };
  }

  async revoke(tenantId: string, id: string): Promise<void> {
    if (!isApiKeyId(id) || !(await this.repository.delete(tenantId, id)))
      throw new NotFoundError('There is no such API key.');
  }

  private parseFutureTime(text: string): Date {
    const time = new Date(text);
    if (time.getTime() > this.clock.now()) return time;
    const message = 'expires_at must be a time in the future.';
    throw new InvalidInputError([{ field: 'expires_at', rule: 'min', message, value: text }]);
  }
}
