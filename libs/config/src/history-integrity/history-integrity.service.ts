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
  /** The first broken entry by tenant and version. Later entries were not checked. */
  readonly broken: BrokenEntry | null;
}

export interface VerificationOptions {
  /** Called after each batch with the number of checked tenants. */
  readonly onProgress?: (checked: number, tenants: number) => void;
}

/** The size of one statement's batch, so that it takes less than seconds. */
const batchSize = { count: 250, entries: 20_000 };
const headsBatchSize = 1000;

/**
 * Verifies that the history is what the database wrote (specification §3.1): every entry's hash matches its contents and the entry before,
 * no entry is missing, and each tenant's configuration matches its last entry. Only a comparison with heads that were exported
 * before reveals that the owner of the database rewrote a whole history with new hashes.
 *
 * ```ts
 * const { broken } = await HistoryIntegrityService.forDatabase(database).verify();
 * if (broken) console.error(`${broken.tenant_id}, version ${broken.version}: ${broken.fault}`);
 * ```
 */
@Injectable()
export class HistoryIntegrityService {
  constructor(
    private readonly database: Database,
    private readonly repository: HistoryIntegrityRepository,
  ) {}

  /** For programs without Nest, such as the command line. */
  static forDatabase(database: Database): HistoryIntegrityService {
    return new HistoryIntegrityService(database, new HistoryIntegrityRepository(database));
  }

  /** Checks all tenants, and stops at the first broken entry. */
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

  /** The newest entry of every tenant, deleted ones too. Keep them where the owner of the database cannot change them. */
  async readHeads(): Promise<ChainHead[]> {
    const heads: ChainHead[] = [];
    for await (const { range } of this.tenantRanges())
      heads.push(...(await this.read(() => this.repository.findHeads(range))));
    return heads;
  }

  /** The first of these exported heads that the history no longer contains; null when it contains all. */
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
