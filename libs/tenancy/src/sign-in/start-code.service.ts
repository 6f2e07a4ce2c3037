import { randomBytes } from 'node:crypto';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { type DatabaseConfig, databaseConfig } from '#database';
import { StartupNotices } from '#http';
import { Clock } from '#kernel';
import { hashOfSecret, matchesHash } from '../sessions/session-token.js';

const validForMs = 10 * 60_000;

/**
 * The one-time code in the link of the start message, with which a newcomer signs in as platform admin and pastes no key. Only on the
 * embedded database, which one process uses, so the code is in memory. Each start makes another one.
 */
@Injectable()
export class StartCodeService implements OnApplicationBootstrap {
  private code: { readonly sha256: string; readonly until: number } | null = null;

  constructor(
    private readonly notices: StartupNotices,
    private readonly clock: Clock,
    @Inject(databaseConfig.KEY) private readonly config: DatabaseConfig,
  ) {}

  onApplicationBootstrap(): void {
    if (this.config.databaseUrl !== null) return;
    const secret = randomBytes(32).toString('base64url');
    this.code = { sha256: hashOfSecret(secret), until: this.clock.now() + validForMs };
    this.notices.add([`sign-in-code ${secret}`]);
  }

  /**
   * Runs `work` if the code is right, and only once, also of two redemptions at the same time. If it fails, the code is valid again. Null
   * for a code that is wrong, used or expired.
   */
  async redeem<T>(secret: string, work: () => Promise<T>): Promise<T | null> {
    const code = this.code;
    if (code === null || code.until <= this.clock.now() || !matchesHash(secret, code.sha256)) return null;
    this.code = null;
    try {
      return await work();
    } catch (error) {
      this.code = code;
      throw error;
    }
  }
}
