import { Injectable } from '@nestjs/common';
import { Database, allTenants } from '#database';
import { type BrokenEntry, type ChainHead, ChainRepository, type TenantRange } from './chain.repository.js';

export interface Verification {
  readonly tenants: number;
  readonly entries: number;
  /** By tenant and version; what comes behind it was not looked at. */
  readonly broken: BrokenEntry | null;
}

export interface VerificationOptions {
  /** Told from time to time how many of the tenants were checked. */
  readonly onProgress?: (checked: number, tenants: number) => void;
}

/** One statement's share: seconds are not to go by in it. */
const atOnce = { count: 250, entries: 20_000 };
const headsAtOnce = 1000;

/**
 * Whether the history is what the database once wrote (SPEC §3.1): every entry's hash stands for its contents and for the entry
 * before, none is missing, and each tenant's configuration is what its last entry says. Some tenants at a time are one
 * statement. What its owner rewrote from the first entry on, hashes and all, is only seen beside heads exported before.
 *
 * ```ts
 * const { broken } = await new HistoryChain(database, new ChainRepository(database)).verify();
 * if (broken) console.error(`${broken.tenant_id}, version ${broken.version}: ${broken.fault}`);
 * ```
 */
@Injectable()
export class HistoryChain {
  constructor(
    private readonly database: Database,
    private readonly repository: ChainRepository,
  ) {}

  static on(database: Database): HistoryChain {
    return new HistoryChain(database, new ChainRepository(database));
  }

  async verify({ onProgress }: VerificationOptions = {}): Promise<Verification> {
    const total = onProgress ? await this.read(() => this.repository.countTenants()) : 0;
    let done: Verification = { tenants: 0, entries: 0, broken: null };
    for await (const { range, tenants } of this.ranges()) {
      const { entries, broken } = await this.read(() => this.repository.check(range));
      done = { tenants: done.tenants + tenants, entries: done.entries + entries, broken };
      if (broken) return done;
      onProgress?.(done.tenants, Math.max(total, done.tenants));
    }
    return done;
  }

  /** The newest entry of every tenant, deleted ones too, to be kept where the database's owner cannot reach it. */
  async heads(): Promise<ChainHead[]> {
    const heads: ChainHead[] = [];
    for await (const { range } of this.ranges())
      heads.push(...(await this.read(() => this.repository.heads(range))));
    return heads;
  }

  /** The first of heads exported before that the history does not hold any more; null when all are there. */
  async firstLost(heads: readonly ChainHead[]): Promise<ChainHead | null> {
    for (let start = 0; start < heads.length; start += headsAtOnce) {
      const some = heads.slice(start, start + headsAtOnce);
      const lost = await this.read(() => this.repository.firstLost(some));
      if (lost) return lost;
    }
    return null;
  }

  private async *ranges(): AsyncGenerator<{ range: TenantRange; tenants: number }> {
    for (let behind = ''; ;) {
      const next = await this.read(() => this.repository.lastOfNext(behind, atOnce));
      if (!next) return;
      yield { range: [behind, next.last], tenants: next.tenants };
      behind = next.last;
    }
  }

  private read<T>(work: () => Promise<T>): Promise<T> {
    return this.database.readAsPlatform(allTenants, work);
  }
}
