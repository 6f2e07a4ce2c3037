import { Injectable } from '@nestjs/common';
import { Database, allTenants } from '#database';
import {
  type BrokenEntry,
  type ChainHead,
  HistoryIntegrityRepository,
  type TenantRange,
} from './history-integrity.repository.js';

export interface VerificationResult {
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
const batchSize = { count: 250, entries: 20_000 };
const headsBatchSize = 1000;

/**
 * Whether the history is what the database once wrote (specification §3.1): every entry's hash stands for its contents and for the entry
 * before, none is missing, and each tenant's configuration is what its last entry says. Some tenants at a time are one
 * statement. What its owner rewrote from the first entry on, hashes and all, is only seen beside heads exported before.
 *
 * ```ts
 * const { broken } = await new HistoryIntegrityService(database, new HistoryIntegrityRepository(database)).verify();
 * if (broken) console.error(`${broken.tenant_id}, version ${broken.version}: ${broken.fault}`);
 * ```
 */
@Injectable()
export class HistoryIntegrityService {
  constructor(
    private readonly database: Database,
    private readonly repository: HistoryIntegrityRepository,
  ) {}

  static forDatabase(database: Database): HistoryIntegrityService {
    return new HistoryIntegrityService(database, new HistoryIntegrityRepository(database));
  }

  async verify({ onProgress }: VerificationOptions = {}): Promise<VerificationResult> {
    const total = onProgress ? await this.read(() => this.repository.countTenants()) : 0;
    let result: VerificationResult = { tenants: 0, entries: 0, broken: null };
    for await (const { range, tenants } of this.tenantRanges()) {
      const { entries, broken } = await this.read(() => this.repository.verifyRange(range));
      result = { tenants: result.tenants + tenants, entries: result.entries + entries, broken };
      if (broken) return result;
      onProgress?.(result.tenants, Math.max(total, result.tenants));
    }
    return result;
  }

  /** The newest entry of every tenant, deleted ones too, to be kept where the database's owner cannot reach it. */
  async readHeads(): Promise<ChainHead[]> {
    const heads: ChainHead[] = [];
    for await (const { range } of this.tenantRanges())
      heads.push(...(await this.read(() => this.repository.findHeads(range))));
    return heads;
  }

  /** The first of heads exported before that the history does not hold any more; null when all are there. */
  async findFirstMissing(heads: readonly ChainHead[]): Promise<ChainHead | null> {
    for (let start = 0; start < heads.length; start += headsBatchSize) {
      const batch = heads.slice(start, start + headsBatchSize);
      const missing = await this.read(() => this.repository.findFirstMissing(batch));
      if (missing) return missing;
    }
    return null;
  }

  private async *tenantRanges(): AsyncGenerator<{ range: TenantRange; tenants: number }> {
    for (let after = ''; ;) {
      const next = await this.read(() => this.repository.findBatchEnd(after, batchSize));
      if (!next) return;
      yield { range: [after, next.last], tenants: next.tenants };
      after = next.last;
    }
  }

  private read<T>(work: () => Promise<T>): Promise<T> {
    return this.database.readAsPlatform(allTenants, work);
  }
}
