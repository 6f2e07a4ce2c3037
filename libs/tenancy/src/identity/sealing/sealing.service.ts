import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import { openJson, sealJson } from '../../sealing/sealed-json.js';
import { SealingRepository } from './sealing.repository.js';

/** Seals what only this installation may read again. Every replica can open what another one sealed. */
@Injectable()
export class SealingService {
  constructor(
    private readonly database: Database,
    private readonly repository: SealingRepository,
  ) {}

  async seal(value: unknown, purpose: string): Promise<Buffer> {
    return sealJson(value, { secret: await this.readKey(), purpose });
  }

  /** As `seal`, for each of the values. */
  async sealAll(values: readonly unknown[], purpose: string): Promise<Buffer[]> {
    const secret = await this.readKey();
    return values.map((value) => sealJson(value, { secret, purpose }));
  }

  /** Null for what this installation did not seal for this purpose. */
  async open(sealed: Buffer, purpose: string): Promise<unknown> {
    const secret = await this.readKey();
    try {
      return openJson(sealed, { secret, purpose });
    } catch {
      return null;
    }
  }

  /** True the first time a token is used; false when it was used before. */
  useOnce(token: string, expiresAt: number): Promise<boolean> {
    return this.database.asSignIn(() => this.repository.useOnce(token, expiresAt));
  }

  wasUsed(token: string): Promise<boolean> {
    return this.database.asSignIn(() => this.repository.wasUsed(token));
  }

  private readKey(): Promise<Buffer> {
    return this.database.asSignIn(() => this.repository.getKey());
  }
}
