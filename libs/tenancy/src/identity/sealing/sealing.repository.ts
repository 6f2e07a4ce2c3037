import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import type { IdentitySealingKeyEntity } from './sealing.entity.js';

/** Expired rows are deleted in small batches. */
const pruneBatchSize = 100;

/** The sealing key and what was used once; every method runs in the caller's transaction, in the role of the sign-in. */
@Injectable()
export class SealingRepository {
  constructor(private readonly database: Database) {}

  /** The key of this installation. The first call makes it. */
  async getKey(): Promise<Buffer> {
    return (await this.findKey()) ?? (await this.createKey());
  }

  /** True the first time; false when the token was used before. It is remembered until `expiresAt`, in milliseconds since the epoch. */
  async useOnce(token: string, expiresAt: number): Promise<boolean> {
    const sql = `INSERT INTO identity_used_tokens (digest, expires_at) VALUES ($1, $2) ON CONFLICT (digest) DO NOTHING RETURNING 1`;
    const isFirst = (await this.database.query(sql, [digestOf(token), new Date(expiresAt)])).length > 0;
    await this.prune();
    return isFirst;
  }

  async wasUsed(token: string): Promise<boolean> {
    const sql = 'SELECT FROM identity_used_tokens WHERE digest = $1';
    return (await this.database.query(sql, [digestOf(token)])).length > 0;
  }

  private async findKey(): Promise<Buffer | null> {
    const sql = 'SELECT secret FROM identity_sealing_keys';
    const rows = await this.database.query<Pick<IdentitySealingKeyEntity, 'secret'>>(sql);
    return rows[0]?.secret ?? null;
  }

  /** Another replica may make one at the same time; the first one counts. */
  private async createKey(): Promise<Buffer> {
    const sql = 'INSERT INTO identity_sealing_keys (secret) VALUES ($1) ON CONFLICT (id) DO NOTHING';
    await this.database.query(sql, [randomBytes(32)]);
    return (await this.findKey())!;
  }

  private async prune(): Promise<void> {
    const sql = `DELETE FROM identity_used_tokens WHERE digest IN (
      SELECT digest FROM identity_used_tokens WHERE expires_at < now() LIMIT ${pruneBatchSize})`;
    await this.database.query(sql);
  }
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
